import dns from 'node:dns'
import net from 'node:net'
import {classifyFailures, type DnsFailure} from './dns-classify.ts'
import {answersTruncated} from './dns-truncation.ts'
import {lookUpApart, lookUpHere} from './getaddrinfo.ts'
import {elapsed, errorCode, type Limits, pause, waitFor} from './wait.ts'

export type Address = {readonly address: string; readonly family: 4 | 6}

/** What the host's resolver answered for one name. */
export type Resolution =
  | {readonly kind: 'resolved'; readonly addresses: readonly Address[]; readonly ms: number}
  | {readonly kind: 'failed'; readonly code: DnsFailure; readonly errno: string; readonly ms: number}

type Answer =
  | {readonly addresses: readonly Address[]}
  | {readonly failure: {readonly code: DnsFailure; readonly errno: string}}

/** A name server that has not answered by then may be dead, in milliseconds. */
const PROMPT_MS = 300

/**
 * Addresses of a host name, both families, as every program on this host gets them: getaddrinfo(3), which follows
 * nsswitch.conf and /etc/hosts. It tells little about a failure and is patient with dead servers, so the configured
 * name servers are asked directly as well: to tell a missing name from a failing or a silent server, and to find the
 * addresses where getaddrinfo would find them late (behind a dead first name server: after 5 s).
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
  const direct = queryBothFamilies(servers, name, bounded)
  try {
    const answer = await waitFor<Answer>(
      limits,
      () => ({failure: {code: 'dns.timeout', errno: 'ETIMEDOUT'}}),
      settle => {
        const ignoreLate = () => undefined
        lookUp(name, direct, bounded).then(settle, ignoreLate)
        const slow = setTimeout(() => {
          direct.then(answer => 'addresses' in answer && settle(answer), ignoreLate)
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
async function lookUp(name: string, direct: Promise<Answer>, limits: Limits): Promise<Answer> {
  const prompt = await Promise.race([
    direct.then(isAnswered),
    pause(PROMPT_MS, limits.signal).then(() => false),
  ])
  const getaddrinfo = prompt ? lookUpHere : lookUpApart
  const first = await getaddrinfo(name, limits)
  if (first) return {addresses: first}
  const answer = await direct
  if ('failure' in answer) return answer
  const second = await getaddrinfo(name, limits)
  return second ? {addresses: second} : {failure: {code: 'dns.not-found', errno: 'ENOTFOUND'}}
}

function isAnswered(answer: Answer): boolean {
  return 'addresses' in answer || answer.failure.code !== 'dns.timeout'
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
