import {isIP} from 'node:net'
import {CAUSES, type CauseCode, type Owner} from '../../../contract/cause-codes.ts'
import type {Address} from '../../../platform/network/address.ts'
import type {Departure} from '../../../platform/network/departure/departure.ts'
import type {Failure, MeasureLimits} from '../../../platform/network/departure/measure.ts'
import type {FailedAttempt} from '../../../platform/network/tcp/outcome.ts'
import type {CheckContext} from '../../check.ts'
import {type Blame, type Course, decideBlame} from './decide.ts'
import type {NameQuery} from './name-queries.ts'
import {judgeOwnRules, type OwnRules, thisProcess} from './own-rules.ts'

/** The connection that a path failed with: where to, and how. */
export type Flow = {
  readonly address: Address
  readonly port: number
  readonly failure: Failure
  readonly course: Course
  /** What is known already of whether this host's kernel sent it. */
  readonly sent: boolean | null
}

/** Who is to blame, and on what evidence. */
export type Placed = {
  readonly blame: Blame
  /** Null where rules are not judged for such a flow. */
  readonly rules: OwnRules | null
  readonly measured: Departure | null
  /** Given where it is about a name that was not found. */
  readonly query?: NameQuery
}

/** Whether somebody past this host is asked to fix a cause. */
export function namesOthers(code: CauseCode, owner?: Owner): boolean {
  const named = owner ?? CAUSES[code].owner
  return named !== null && named !== 'this-host'
}

/** Finds out whether it is this host that stops a connection: by its rules, whatever the run's checks are, and by measuring. */
export async function placeBlame(context: CheckContext, flow: Flow): Promise<Placed> {
  const rules = await rulesFor(context, flow)
  return place(flow, rules, await measure(context, flow, rules))
}

/**
 * The same for what cannot be measured, as it does not happen again with another connection.
 *
 * @param why it cannot, as a clause
 */
export async function placeByRules(context: CheckContext, flow: Flow, why: string): Promise<Placed> {
  return place(flow, await rulesFor(context, flow), {kind: 'unknown', why})
}

async function rulesFor({reader}: CheckContext, {address, port}: Flow): Promise<OwnRules> {
  const asker = thisProcess(await reader.firewallState())
  return judgeOwnRules({reader}, {to: address.address, port, ...asker})
}

function place({course}: Flow, rules: OwnRules, measured: Departure): Placed {
  return {rules, measured, blame: decideBlame(rules.judgement, rules.undecided, measured, course)}
}

const SENT: Departure = {
  kind: 'unknown',
  why: 'it was not measured whether the network also blocks it',
}

async function measure(
  {options, signal}: CheckContext,
  {address, port, failure, sent}: Flow,
  rules: OwnRules,
): Promise<Departure> {
  // Rules that let it through and a kernel that sends it leave nothing to find out.
  if (sent === true && rules.judgement.verdict === 'allow') return SENT
  const {measureDeparture} = await import('../../../platform/network/departure/measure.ts')
  const limits: MeasureLimits = {
    timeoutMs: options.timeoutMs,
    signal,
    noQueues: rules.noQueues,
  }
  return measureDeparture(address, port, failure, limits)
}

/** What an attempt to connect is watched for. */
export function flowOfAttempt(attempt: FailedAttempt, port: number): Flow {
  const {address, family, outcome, sent = null} = attempt
  const failure: Failure = outcome === 'timeout' ? {kind: 'silence'} : {kind: 'answer', greeting: null}
  return {address: {address, family}, port, failure, course: 'not-open', sent}
}

/** An address that a connection was open to, which then went wrong. */
export function flowOfConnection(address: string, port: number, failure: Failure): Flow {
  const course = failure.kind === 'stall' ? 'stall' : 'answer'
  return {address: {address, family: isIP(address) === 6 ? 6 : 4}, port, failure, course, sent: null}
}
