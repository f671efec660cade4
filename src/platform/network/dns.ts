import dns from 'node:dns'
import net from 'node:net'
import {classifyFailures, type DnsFailure} from './dns-classify.ts'
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
  const timeUp = new AbortController()
  const servers = new dns.promises.Resolver({timeout: Math.ceil(limits.timeoutMs / 3), tries: 1})
  let asked: Promise<Answer> | undefined
  const askServers = () => {
    asked ??= queryBothFamilies(servers, name)
    return asked
  }
  try {
    const answer = await waitFor<Answer>(
      limits,
      () => ({failure: {code: 'dns.timeout', errno: 'ETIMEDOUT'}}),
      settle => {
        void lookUp(name, askServers, timeUp.signal).then(settle)
        const slow = setTimeout(async () => {
          const direct = await askServers()
          if ('addresses' in direct) settle(direct)
        }, limits.timeoutMs / 4)
        return () => clearTimeout(slow)
      },
    )
    const ms = elapsed(startedAt)
    return 'addresses' in answer ? {kind: 'resolved', ...answer, ms} : {kind: 'failed', ...answer.failure, ms}
  } finally {
    timeUp.abort()
    servers.cancel()
  }
}

/** A temporary failure that the name servers themselves do not confirm is tried a second time. */
async function lookUp(name: string, askServers: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const first = await getaddrinfo(name, signal)
  if ('addresses' in first) return first
  const direct = await askServers()
  if ('failure' in direct) return direct
  if (first.errno === 'ENOTFOUND') return {failure: {code: 'dns.not-found', errno: first.errno}}
  const second = await getaddrinfo(name, signal)
  return 'addresses' in second ? second : {failure: {code: 'dns.server-failure', errno: second.errno}}
}

async function queryBothFamilies(servers: dns.promises.Resolver, name: string): Promise<Answer> {
  const [ipv4, ipv6] = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)])
  const found = [
    ...(ipv6.status === 'fulfilled' ? ipv6.value.map(address => ({address, family: 6}) as const) : []),
    ...(ipv4.status === 'fulfilled' ? ipv4.value.map(address => ({address, family: 4}) as const) : []),
  ]
  if (found.length > 0) return {addresses: found}
  const errnos = [ipv4, ipv6].map(result =>
    result.status === 'rejected' ? errorCode(result.reason) : 'ENODATA',
  )
  return {failure: classifyFailures(errnos)}
}
