import type dns from 'node:dns'
import net from 'node:net'
import {canEndAtOnce} from '../../process/end-process.ts'
import {noted, requireFile, shortageOf} from '../../process/shortage.ts'
import {type Address, carried, firstOfEachFamily} from '../address.ts'
import {elapsed, errorCode, type Limits, pause, waitFor} from '../wait.ts'
import {askNameServers, carriedServer, type ServerAnswer} from './name-servers.ts'
import {isInHostsFile, lookUpApart, lookUpHere, requireResolverFiles} from './this-host.ts'

/** What the host's resolver answered for one name. */
export type Resolution = (
  | {
      readonly kind: 'resolved'
      /** At most `MAX_ADDRESSES` of each family, in the resolver's order. */
      readonly addresses: readonly Address[]
      /** How many further addresses the name has; none unless given. */
      readonly leftOut?: number
      /** Given where getaddrinfo(3) had not answered after so many milliseconds, and the name servers had. */
      readonly unansweredMs?: number
      readonly ms: number
    }
  | {readonly kind: 'failed'; readonly code: DnsFailure; readonly errno: string; readonly ms: number}
) & {
  /**
   * The name servers of resolv.conf(5), as many as the C library asks, or of the system's settings; none where the name is an
   * address.
   */
  readonly servers?: readonly string[]
}

type Failure = {readonly code: DnsFailure; readonly errno: string}

type Answer =
  | {readonly addresses: readonly Address[]; readonly unansweredMs?: number}
  | {readonly failure: Failure}

/** resolv.conf(5): MAXNS of the C library. Windows lists those of every network adapter. */
const MAX_SERVERS = process.platform === 'win32' ? 16 : 3

/** A name server that has not answered by then may be dead, in milliseconds. */
const PROMPT_MS = 300
/** A look-up by the system that takes longer is slow, in milliseconds; with a short time limit, a part of that. */
const SLOW_MS = 1_000

/**
 * Addresses of a host name, both families, as every program on this host gets them: getaddrinfo(3), which follows
 * nsswitch.conf and /etc/hosts. It tells little about a failure and is patient with dead servers, so the configured
 * name servers are asked directly as well: to tell a missing name from a failing or a silent server, and to find the
 * addresses where getaddrinfo would find them late (behind a dead first name server: after 5 s).
 * An address resolves to itself.
 *
 * @throws the signal's reason when the run is cancelled, UserError where the system's own files keep names from being
 *   looked up, and errors that are a shortage on this host; failures are data.
 */
export async function resolveHost(name: string, limits: Limits): Promise<Resolution> {
  const family = net.isIP(name)
  if (family === 4 || family === 6)
    return {kind: 'resolved', addresses: carried([{address: name, family}]), ms: 0}
  await requireResolverFiles()
  const startedAt = performance.now()
  const over = new AbortController()
  const bounded = {timeoutMs: limits.timeoutMs, signal: AbortSignal.any([limits.signal, over.signal])}
  // c-ares reports neither: it would ask another name server, or say that none answers.
  requireFile()
  const resolver = new (process.getBuiltinModule('node:dns').promises.Resolver)({
    timeout: Math.ceil(limits.timeoutMs / 3),
    tries: 2,
  })
  const configured = resolver.getServers()
  if (configured.length > MAX_SERVERS) resolver.setServers(configured.slice(0, MAX_SERVERS))
  const servers = configured.slice(0, MAX_SERVERS).map(carriedServer)
  const direct = queryBothFamilies(resolver, name)
  // Where getaddrinfo is not done in time, what the name servers have said counts.
  let said: Answer = {failure: {code: 'dns.timeout', errno: 'ETIMEDOUT'}}
  let answered = 0
  direct.then(
    answer => {
      answered = elapsed(startedAt)
      if ('failure' in answer) said = answer
    },
    () => undefined,
  )
  const slowMs = Math.max(limits.timeoutMs / 4, Math.min(SLOW_MS, (limits.timeoutMs * 3) / 4))
  const seen: ServerAnswer[] = []
  const asked = askWhereInDoubt(direct, bounded, () =>
    askNameServers(name, servers, (_, answer) => seen.push(answer), bounded),
  )
  const ignoreLate = (error: unknown) => {
    if (shortageOf(error) !== null) noted(error)
  }
  asked.catch(ignoreLate)
  try {
    const answer = await waitFor<Answer | {readonly shortage: unknown}>(
      limits,
      () => said,
      settle => {
        lookUp(name, direct, asked, bounded).then(settle, (error: unknown) => {
          if (shortageOf(error) !== null) settle({shortage: noted(error)})
        })
        const slow = setTimeout(() => {
          const useDirect = async () => {
            const [answer, isLocal] = await Promise.all([direct, isInHostsFile(name)])
            if ('failure' in answer || isLocal) return
            said = answer
            // It began after the name servers were asked, and may need as long as they did.
            await pause(Math.max(0, 2 * answered + slowMs - elapsed(startedAt)), bounded.signal)
            settle({...answer, unansweredMs: elapsed(startedAt)})
          }
          useDirect().catch(ignoreLate)
        }, slowMs)
        return () => clearTimeout(slow)
      },
    )
    const ms = elapsed(startedAt)
    if ('shortage' in answer) throw answer.shortage
    if ('addresses' in answer) {
      const {addresses, leftOut} = firstOfEachFamily(carried(answer.addresses))
      const {unansweredMs} = answer
      return {
        kind: 'resolved',
        addresses,
        ...(leftOut > 0 && {leftOut}),
        ...(unansweredMs !== undefined && {unansweredMs}),
        ms,
        servers,
      }
    }
    requireFile()
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
  if (prompt === null || isInDoubt(prompt)) {
    await ask().catch((error: unknown) => {
      if (shortageOf(error) !== null) throw error
    })
  }
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
  // A look-up in this process must not keep it alive when it is to end.
  const getaddrinfo = prompt && canEndAtOnce() ? lookUpHere : lookUpApart
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

export type DnsFailure = 'dns.not-found' | 'dns.timeout' | 'dns.server-failure'

/**
 * What the failures of a name's A and AAAA query say together. A name that does not exist is that for both; apart
 * from it, a query without an answer outweighs a server's failure, and that outweighs an empty answer, which may be
 * for the address family that the name does not have.
 * Codes: https://nodejs.org/api/dns.html#error-codes
 */
export function classifyFailures(errnos: readonly string[]): {code: DnsFailure; errno: string} {
  const missing = errnos.find(errno => errno === 'ENOTFOUND')
  if (missing) return {code: 'dns.not-found', errno: missing}
  const silent = errnos.find(errno => errno === 'ETIMEOUT')
  if (silent) return {code: 'dns.timeout', errno: silent}
  const broken = errnos.find(errno => errno !== 'ENODATA')
  if (broken) return {code: 'dns.server-failure', errno: broken}
  return {code: 'dns.not-found', errno: 'ENODATA'}
}
