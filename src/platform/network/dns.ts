import dns from 'node:dns'
import net from 'node:net'
import {type Address, carried} from './address.ts'
import {classifyFailures, type DnsFailure} from './dns-classify.ts'
import {lookUpApart, lookUpHere} from './getaddrinfo.ts'
import {isInHostsFile} from './hosts-file.ts'
import {askNameServers, carriedServer, type ServerAnswer} from './name-servers.ts'
import {elapsed, errorCode, type Limits, pause, waitFor} from './wait.ts'

/** What the host's resolver answered for one name. */
export type Resolution = (
  | {readonly kind: 'resolved'; readonly addresses: readonly Address[]; readonly ms: number}
  | {readonly kind: 'failed'; readonly code: DnsFailure; readonly errno: string; readonly ms: number}
) & {
  /** The name servers of resolv.conf(5), or of the system's settings; none where the name is an address. */
  readonly servers?: readonly string[]
}

type Failure = {readonly code: DnsFailure; readonly errno: string}

type Answer = {readonly addresses: readonly Address[]} | {readonly failure: Failure}

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
  if (family === 4 || family === 6)
    return {kind: 'resolved', addresses: carried([{address: name, family}]), ms: 0}
  const startedAt = performance.now()
  const over = new AbortController()
  const bounded = {timeoutMs: limits.timeoutMs, signal: AbortSignal.any([limits.signal, over.signal])}
  const resolver = new dns.promises.Resolver({timeout: Math.ceil(limits.timeoutMs / 3), tries: 2})
  const servers = resolver.getServers().map(carriedServer)
  const direct = queryBothFamilies(resolver, name)
  // Where getaddrinfo is not done in time, what the name servers have said counts.
  let said: Answer = {failure: {code: 'dns.timeout', errno: 'ETIMEDOUT'}}
  direct.then(
    answer => {
      if ('failure' in answer) said = answer
    },
    () => undefined,
  )
  const seen: ServerAnswer[] = []
  const asked = askWhereInDoubt(direct, bounded, () =>
    askNameServers(name, servers, (_, answer) => seen.push(answer), bounded),
  )
  try {
    const answer = await waitFor<Answer>(
      limits,
      () => said,
      settle => {
        const ignoreLate = () => undefined
        lookUp(name, direct, asked, bounded).then(settle, ignoreLate)
        const slow = setTimeout(() => {
          Promise.all([direct, isInHostsFile(name)]).then(([answer, isLocal]) => {
            if ('addresses' in answer && !isLocal) settle(answer)
          }, ignoreLate)
        }, limits.timeoutMs / 4)
        return () => clearTimeout(slow)
      },
    )
    const ms = elapsed(startedAt)
    if ('addresses' in answer) return {kind: 'resolved', addresses: carried(answer.addresses), ms, servers}
    return {kind: 'failed', ...explained(answer.failure, seen), ms, servers}
  } finally {
    over.abort()
    resolver.cancel()
  }
}

/**
 * A server that keeps silent, or cannot be asked, is asked once more by a query of our own, which shows why: c-ares has
 * one error for several reasons.
 */
async function askWhereInDoubt(
  direct: Promise<Answer>,
  limits: Limits,
  ask: () => Promise<void>,
): Promise<void> {
  const late = pause(PROMPT_MS, limits.signal).then(() => null)
  const prompt = await Promise.race([direct, late]).catch(() => null)
  if (prompt === null || isInDoubt(prompt)) await ask().catch(() => undefined)
}

function isInDoubt(answer: Answer): boolean {
  return (
    'failure' in answer && (answer.failure.code === 'dns.timeout' || answer.failure.errno === 'ECONNREFUSED')
  )
}

/** A failure as the servers' own answers explain it. Its `errno` is then one of ours: TRUNCATED, FORBIDDEN, NOROUTE. */
function explained(failure: Failure, seen: readonly ServerAnswer[]): Failure {
  if (!isInDoubt({failure})) return failure
  if (seen.includes('truncated')) return {code: 'dns.timeout', errno: 'TRUNCATED'}
  if (seen.length > 0 && seen.every(answer => answer === 'forbidden'))
    return {code: 'dns.timeout', errno: 'FORBIDDEN'}
  if (seen.length > 0 && seen.every(answer => answer === 'no-route'))
    return {code: 'dns.timeout', errno: 'NOROUTE'}
  return failure
}

/** A failure that the name servers themselves do not confirm is tried a second time. */
async function lookUp(
  name: string,
  direct: Promise<Answer>,
  asked: Promise<void>,
  limits: Limits,
): Promise<Answer> {
  const prompt = await Promise.race([
    direct.then(isAnswered),
    pause(PROMPT_MS, limits.signal).then(() => false),
  ])
  const getaddrinfo = prompt ? lookUpHere : lookUpApart
  const first = await getaddrinfo(name, limits)
  if (first) return {addresses: first}
  const answer = await direct
  if ('failure' in answer) {
    if (isInDoubt(answer)) await asked
    return answer
  }
  const second = await getaddrinfo(name, limits)
  return second ? {addresses: second} : {failure: {code: 'dns.not-found', errno: 'ENOTFOUND'}}
}

function isAnswered(answer: Answer): boolean {
  return 'addresses' in answer || answer.failure.code !== 'dns.timeout'
}

async function queryBothFamilies(servers: dns.promises.Resolver, name: string): Promise<Answer> {
  const [ipv4, ipv6] = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)])
  const found = [
    ...(ipv6.status === 'fulfilled' ? ipv6.value.map(address => ({address, family: 6}) as const) : []),
    ...(ipv4.status === 'fulfilled' ? ipv4.value.map(address => ({address, family: 4}) as const) : []),
  ]
  if (found.length > 0) return {addresses: found}
  const failures = [ipv4, ipv6].filter(({status}) => status === 'rejected')
  return {
    failure: classifyFailures(failures.map(result => errorCode('reason' in result ? result.reason : null))),
  }
}
