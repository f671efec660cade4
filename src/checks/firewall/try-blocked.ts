import {isIP} from 'node:net'
import type {Stage} from '../../contract/judgement.ts'
import {liesWithin, parseInterval} from '../../firewall/model/address.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import type {Address} from '../../platform/network/address.ts'
import type {Failure} from '../../platform/network/departure/measure.ts'
import type {Heard} from '../../platform/network/tcp/exchange.ts'
import type {Greeting} from '../../platform/network/tcp/greet.ts'
import type {CheckContext, HostReader} from '../check.ts'
import {judgeOwnRules, type OwnRules, thisProcess} from '../path/blame/own-rules.ts'
import type {JudgedGroup} from './group.ts'
import {isSameStop, judgementKey} from './same-answer.ts'

/** What real connections show against the judgement that rules block them. */
export type Measured = {
  /** Data comes back; or the packet that the rules are judged to stop gets past them, whatever becomes of it then. */
  readonly kind: 'works' | 'passes'
  /** A clause. */
  readonly how: string
}

export type Tried = {
  readonly group: JudgedGroup
  /** Null where nothing speaks against the judgement. */
  readonly measured: Measured | null
}

/** Names of S3 have many addresses; so many are tried at the most. */
const MOST_ADDRESSES = 16

/** How long the network has for an answer, in milliseconds. */
const LONGEST_MS = 1_500

/** How long it may take on a machine that is too busy to say in time what came of it, in milliseconds. */
const BUSY_MS = 3_000

/**
 * Tries connections that the rules are judged to block: rules can be misread, and what works is not to be fixed. A
 * connection of this process counts only where the rules are judged to stop it as they stop the group, so not where they
 * let root out and not the agent's user. A range counts as tried where somebody in it is known.
 *
 * @param known addresses at which somebody may answer within a range
 * @returns the group; in two, where some of its addresses work and others do not
 * @throws the signal's reason when the run is cancelled.
 */
export async function tryBlocked(
  group: JudgedGroup,
  known: readonly string[],
  context: CheckContext,
): Promise<readonly Tried[]> {
  const asJudged = [{group, measured: null}]
  // Not on Windows: wine, where its tests run, has no firewall that does what the rules say, so nothing could be tested.
  if (group.judgement.verdict !== 'block' || process.platform === 'win32') return asJudged
  const flows = await flowsOf(group, known, context)
  if (flows.length === 0 || hasJustFailed(group, flows, context.reader)) return asJudged
  const outcomes = await connectAll(flows, group.judgement.stage, context)
  const working = outcomes.filter(isWorking)
  const tried = divide(group, working, outcomes)
  const rest = tried.find(({measured}) => measured === null)
  if (!rest) return tried
  const passing = outcomes.find(outcome => !isWorking(outcome) && isPassing(outcome))
  if (passing) {
    const measured: Measured = {kind: 'passes', how: describePassing(passing)}
    return tried.map(each => (each === rest ? {group: each.group, measured} : each))
  }
  if (working.length === 0) noteFailure(group, flows, context.reader)
  return tried
}

type Flow = {
  readonly address: Address
  readonly port: number
  readonly greeting: Greeting
  readonly rules: OwnRules
}

/** The connections that the rules stop for this very process as they do for the group. */
async function flowsOf(
  group: JudgedGroup,
  known: readonly string[],
  context: CheckContext,
): Promise<readonly Flow[]> {
  const {targets, judgement} = group
  const state = await context.reader.firewallState()
  const [{port}] = targets
  const within = known.filter(address => targets.some(({to}) => isIP(to) === 0 && holds(to, address)))
  const single = targets.map(({to}) => to).filter(to => isIP(to) !== 0)
  const all = sample([...new Set([...single, ...within])])
  const flows = await Promise.all(
    all.map(async (to): Promise<readonly Flow[]> => {
      const address: Address = {address: to, family: isIP(to) === 6 ? 6 : 4}
      if (!(await leavesFrom(address, state))) return []
      const rules = await judgeOwnRules(context, {to, port, ...thisProcess(state)})
      return isSameStop(rules.judgement, judgement)
        ? [{address, port, greeting: greetingFor(to, targets), rules}]
        : []
    }),
  )
  return flows.flat()
}

/** As the path checks greet: packets may be told apart by the name in them. */
function greetingFor(address: string, targets: JudgedGroup['targets']): Greeting {
  if (targets[0].proxy !== null) return 'http'
  const host = targets.find(({to}) => to === address)?.name ?? address
  return isIP(host) === 0 && !host.includes('/') ? {by: 'tls', host} : 'tls'
}

/** Some of many, from all over the list. */
function sample(addresses: readonly string[]): readonly string[] {
  const step = Math.max(1, addresses.length / MOST_ADDRESSES)
  return addresses.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
}

/** Whether the rules are those of the host that connections of this process leave from. */
async function leavesFrom(address: Address, {interfaces}: FirewallState): Promise<boolean> {
  const {sourceAddress} = await import('../../platform/network/source-address.ts')
  const source = await sourceAddress(address)
  const own = Object.values(interfaces).flatMap(cidrs => cidrs.map(cidr => cidr.replace(/\/.*$/, '')))
  return source !== null && own.includes(source)
}

function holds(range: string, address: string): boolean {
  const inner = parseInterval(address)
  return inner !== null && liesWithin(inner, parseInterval(range))
}

type Outcome = {
  readonly flow: Flow
  /** The packet that the rules are judged to stop. */
  readonly stage: Stage | null
  readonly heard: Heard
  /** How it was seen that packets leave this host, as a clause; null where it was not. */
  readonly leaves: string | null
}

/** Connects to all at once, and watches meanwhile whether packets get out of this host. */
async function connectAll(
  flows: readonly Flow[],
  stage: Stage | null,
  {options, signal}: CheckContext,
): Promise<readonly Outcome[]> {
  const [{hear}, {measureDeparture}] = await Promise.all([
    import('../../platform/network/tcp/exchange.ts'),
    import('../../platform/network/departure/measure.ts'),
  ])
  const late = AbortSignal.any([signal, AbortSignal.timeout(BUSY_MS)])
  const timeoutMs = Math.min(options.timeoutMs, LONGEST_MS)
  /** What takes too long, or is not of interest any more, is given up. */
  const untilLate = <T>(work: (limit: AbortSignal) => Promise<T>, otherwise: T, limit = late): Promise<T> =>
    work(limit).catch((error: unknown) => {
      signal.throwIfAborted()
      if (!limit.aborted) throw error
      return otherwise
    })
  const departure = ({address, port, rules}: Flow, failure: Failure, limit = late): Promise<string | null> =>
    untilLate(
      async bounded => {
        const limits = {timeoutMs, signal: bounded, noQueues: rules.noQueues, windows: 1}
        const measured = await measureDeparture(address, port, failure, limits)
        return measured.kind === 'left' ? measured.how : null
      },
      null,
      limit,
    )
  const tryOne = async (flow: Flow): Promise<Outcome> => {
    const answered = new AbortController()
    // Whether a reply is dropped is not seen from here.
    const silence =
      stage === 'out-syn'
        ? departure(flow, {kind: 'silence'}, AbortSignal.any([late, answered.signal]))
        : Promise.resolve(null)
    const heard = await untilLate<Heard>(
      limit => hear(flow.address, flow.port, flow.greeting, {timeoutMs, signal: limit}),
      'silence',
    )
    if (heard !== 'silence') answered.abort()
    const seen = await silence
    const refused = stage === 'out-syn' && heard === 'refused'
    const leaves = refused ? await departure(flow, {kind: 'answer', greeting: null}) : seen
    return {flow, stage, heard, leaves}
  }
  return Promise.all(flows.map(tryOne))
}

/** The packets that a connection has shown to pass, by what came of it. */
const PASSES: Readonly<Record<Heard, readonly (Stage | null)[]>> = {
  data: ['out-syn', 'in-synack', 'out-data', 'in-data', null],
  acknowledged: ['out-syn', 'in-synack', 'out-data'],
  opened: ['out-syn', 'in-synack'],
  refused: [],
  silence: [],
  nothing: [],
}

function isPassing({stage, heard, leaves}: Outcome): boolean {
  return leaves !== null || PASSES[heard].includes(stage)
}

function isWorking(outcome: Outcome): boolean {
  return outcome.heard !== 'opened' && outcome.leaves === null && isPassing(outcome)
}

function describePassing({flow, leaves}: Outcome): string {
  return leaves === null
    ? `connections to ${nameOf(flow)} open`
    : `packets to ${nameOf(flow)} leave this server (${leaves})`
}

/** What works apart from the rest; it speaks for what could not be tried. */
function divide(
  group: JudgedGroup,
  working: readonly Outcome[],
  outcomes: readonly Outcome[],
): readonly Tried[] {
  const [first] = working
  if (first === undefined) return [{group, measured: null}]
  const others = outcomes.filter(outcome => !working.includes(outcome))
  const failing = new Set(others.map(({flow}) => flow.address.address))
  const names = working.length === 1 ? nameOf(first.flow) : `${working.length} addresses`
  const measured: Measured = {kind: 'works', how: `connections to ${names} work`}
  const [someFail, ...moreFail] = group.targets.filter(({to}) => failing.has(to))
  const [someWork, ...moreWork] = group.targets.filter(({to}) => !failing.has(to))
  if (!someFail || !someWork) return [{group, measured}]
  return [
    {group: {...group, targets: [someWork, ...moreWork]}, measured},
    {group: {...group, targets: [someFail, ...moreFail]}, measured: null},
  ]
}

function nameOf({address: {address, family}, port}: Flow): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

/** A fix looks again what its plan has just found. In milliseconds. */
const JUST_NOW_MS = 30_000

const failures = new WeakMap<HostReader, Map<string, number>>()

function hasJustFailed(group: JudgedGroup, flows: readonly Flow[], reader: HostReader): boolean {
  const at = failures.get(reader)?.get(keyOf(group, flows))
  return at !== undefined && performance.now() - at < JUST_NOW_MS
}

function noteFailure(group: JudgedGroup, flows: readonly Flow[], reader: HostReader): void {
  const known = failures.get(reader) ?? new Map<string, number>()
  failures.set(reader, known.set(keyOf(group, flows), performance.now()))
}

function keyOf({judgement}: JudgedGroup, flows: readonly Flow[]): string {
  return [judgementKey(judgement), ...flows.map(nameOf)].join(' ')
}
