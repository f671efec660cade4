import {isIP} from 'node:net'
import {CAUSES, type CauseCode, type Owner} from '../../contract/cause-codes.ts'
import type {Address} from '../../platform/network/address.ts'
import type {FailedAttempt} from '../../platform/network/connect-outcome.ts'
import type {Departure} from '../../platform/network/departure/departure.ts'
import type {Failure, MeasureLimits} from '../../platform/network/departure/measure.ts'
import type {Resolution} from '../../platform/network/dns.ts'
import type {CheckContext} from '../check.ts'
import {type Blame, decideBlame} from './blame.ts'
import {judgeOwnRules, type OwnRules} from './own-rules.ts'

/** The connection that a path failed with: where to, and how. */
export type Flow = {
  readonly address: Address
  readonly port: number
  readonly failure: Failure
  /** What is known already of whether this host's kernel sent it. */
  readonly sent: boolean | null
}

/** Who is to blame, and on what evidence. */
export type Placed = {
  readonly blame: Blame
  /** Null where rules are not judged for such a flow. */
  readonly rules: OwnRules | null
  readonly measured: Departure | null
}

/** Whether somebody past this host is asked to mend a cause. */
export function namesOthers(code: CauseCode, owner?: Owner): boolean {
  const named = owner ?? CAUSES[code].owner
  return named !== null && named !== 'this-host'
}

/** Finds out whether it is this host that stops a connection: by its rules, whatever the run's checks are, and by measuring. */
export async function placeBlame(context: CheckContext, flow: Flow): Promise<Placed> {
  const rules =
    flow.failure.kind === 'datagram' ? null : await judgeOwnRules(context, flow.address.address, flow.port)
  const measured = await measure(context, flow, rules)
  return {rules, measured, blame: decideBlame(rules?.judgement ?? null, rules?.undecided ?? null, measured)}
}

const SENT: Departure = {
  kind: 'unknown',
  why: 'it was not measured whether the network also blocks it',
}

async function measure(
  {options, signal}: CheckContext,
  {address, port, failure, sent}: Flow,
  rules: OwnRules | null,
): Promise<Departure> {
  // Rules that let it through and a kernel that sends it leave nothing to find out.
  if (sent === true && rules?.judgement.verdict === 'allow') return SENT
  const {measureDeparture} = await import('../../platform/network/departure/measure.ts')
  const limits: MeasureLimits = {
    timeoutMs: options.timeoutMs,
    signal,
    noQueues: rules?.noQueues ?? false,
  }
  return measureDeparture(address, port, failure, limits)
}

/** What an attempt to connect is watched for. */
export function flowOfAttempt(attempt: FailedAttempt, port: number): Flow {
  const {address, family, outcome, sent = null} = attempt
  const failure: Failure = outcome === 'timeout' ? {kind: 'silence'} : {kind: 'answer', greeting: null}
  return {address: {address, family}, port, failure, sent}
}

/** An address that a connection was open to, which then went wrong. */
export function flowOfConnection(address: string, port: number, failure: Failure): Flow {
  return {address: {address, family: isIP(address) === 6 ? 6 : 4}, port, failure, sent: null}
}

/** More than resolv.conf(5) makes use of would not tell more. */
const MOST_SERVERS = 3

/** What a name server has said of the name itself. */
const ANSWERED: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * What becomes of queries to the name servers that a name could not be found by: one that leaves is enough. Null where a
 * resolver on this very host has passed on what others told it.
 */
export async function placeNameBlame(
  {signal, options}: CheckContext,
  name: string,
  resolution: Resolution,
): Promise<Placed | null> {
  const {servers = []} = resolution
  const isAnswered = resolution.kind === 'resolved' || ANSWERED.has(resolution.errno)
  if (isAnswered && servers.every(isLoopback)) return null
  const [{measureDeparture}, {addressQuery, parseServer}, {upstreamServers}] = await Promise.all([
    import('../../platform/network/departure/measure.ts'),
    import('../../platform/network/name-servers.ts'),
    import('../../platform/network/upstream-servers.ts'),
  ])
  const asked = (await upstreamServers(servers)).slice(0, MOST_SERVERS)
  const departures = await Promise.all(
    asked.map(server => {
      const {address, port} = parseServer(server)
      const to: Address = {address, family: isIP(address) === 6 ? 6 : 4}
      const failure = {kind: 'datagram', question: addressQuery(name)} as const
      return measureDeparture(to, port, failure, {timeoutMs: options.timeoutMs, signal})
    }),
  )
  const measured = departures.find(({kind}) => kind === 'left') ??
    departures.find(({kind}) => kind === 'stopped') ??
    departures[0] ?? {kind: 'unknown', why: 'the name servers in use are not known'}
  return {rules: null, measured, blame: decideBlame(null, null, measured)}
}

function isLoopback(server: string): boolean {
  return /^(?:127\.|\[?::1\]?(?::|$))/.test(server)
}
