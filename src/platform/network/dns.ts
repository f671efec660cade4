import dns from 'node:dns'
import net from 'node:net'
import {classifyFailures, type DnsFailure} from './dns-classify.ts'
import {answersTruncated} from './dns-truncation.ts'
import {getaddrinfo} from './getaddrinfo.ts'
import {elapsed, errorCode, type Limits, waitFor} from './wait.ts'

export type Address = {readonly address: string; readonly family: 4 | 6}

/** What the host's resolver answered for one name. */
export type Resolution =
  | {readonly kind: 'resolved'; readonly addresses: readonly Address[]; readonly ms: number}
  | {readonly kind: 'failed'; readonly code: DnsFailure; readonly errno: string; readonly ms: number}

type Answer =
  | {readonly addresses: readonly Address[]}
  | {readonly failure: {readonly code: DnsFailure; readonly errno: string}}

/**
 * Addresses of a host name, both families, as every program on this host gets them: getaddrinfo(3), which follows
 * nsswitch.conf and /etc/hosts. It tells little about a failure, so the configured name servers are then asked
 * directly, to tell a missing name from a failing or a silent server. They are asked as well when getaddrinfo is
 * slow: with a dead first name server it answers only after 5 s, which is late but no failure.
 * An address resolves to itself.
 *
 * @throws the signal's reason when the run is cancelled; failures are data.
 */
export async function resolveHost(name: string, limits: Limits): Promise<Resolution> {
  const family = net.isIP(name)
  if (family === 4 || family === 6) return {kind: 'resolved', addresses: [{address: name, family}], ms: 0}
  const startedAt = performance.now()
  const over = new AbortController()
  const bounded = {timeoutMs: limits.timeoutMs, signal: AbortSignal.any([limits.signal, over.signal])}
  const servers = new dns.promises.Resolver({timeout: Math.ceil(limits.timeoutMs / 3), tries: 1})
  let asked: Promise<Answer> | undefined
  const askServers = () => {
    asked ??= queryBothFamilies(servers, name, bounded)
    return asked
  }
  try {
    const answer = await waitFor<Answer>(
      limits,
      () => ({failure: {code: 'dns.timeout', errno: 'ETIMEDOUT'}}),
      settle => {
        const ignoreLate = () => undefined
        lookUp(name, askServers, bounded).then(settle, ignoreLate)
        const slow = setTimeout(() => {
          askServers().then(direct => 'addresses' in direct && settle(direct), ignoreLate)
        }, limits.timeoutMs / 4)
        return () => clearTimeout(slow)
      },
    )
    const ms = elapsed(startedAt)
    return 'addresses' in answer ? {kind: 'resolved', ...answer, ms} : {kind: 'failed', ...answer.failure, ms}
  } finally {
    over.abort()
    servers.cancel()
  }
}

/** A failure that the name servers themselves do not confirm is tried a second time. */
async function lookUp(name: string, askServers: () => Promise<Answer>, limits: Limits): Promise<Answer> {
  const first = await getaddrinfo(name, limits)
  if (first) return {addresses: first}
  const direct = await askServers()
  if ('failure' in direct) return direct
  const second = await getaddrinfo(name, limits)
  return second ? {addresses: second} : {failure: {code: 'dns.not-found', errno: 'ENOTFOUND'}}
}

async function queryBothFamilies(
  servers: dns.promises.Resolver,
  name: string,
  limits: Limits,
): Promise<Answer> {
  const [ipv4, ipv6] = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)])
  const found = [
    ...(ipv6.status === 'fulfilled' ? ipv6.value.map(address => ({address, family: 6}) as const) : []),
    ...(ipv4.status === 'fulfilled' ? ipv4.value.map(address => ({address, family: 4}) as const) : []),
  ]
  if (found.length > 0) return {addresses: found}
  const failures = [ipv4, ipv6].filter(({status}) => status === 'rejected')
  const failure = classifyFailures(
    failures.map(result => errorCode('reason' in result ? result.reason : null)),
  )
  // A port that refuses may be UDP's or TCP's: the latter is only asked for the rest of a truncated answer.
  const tcpRefused =
    failure.errno === 'ECONNREFUSED' && (await answersTruncated(name, servers.getServers(), limits))
  return {failure: tcpRefused ? {code: 'dns.timeout', errno: 'ECONNREFUSED'} : failure}
}
