import type {Endpoints} from '../aws/endpoints.ts'
import type {Check, CheckContext, HoldInstaller, HostReader} from '../checks/check.ts'
import type {CheckOptions} from '../contract/check-options.ts'
import {type CheckId, judgesRules} from '../contract/checks.ts'
import type {Finding} from '../contract/finding.ts'
import type {Plan} from '../contract/remedy.ts'
import {forgetShortage, isShortOfFiles} from '../platform/process/shortage.ts'
import {EventQueue} from './event-queue.ts'
import type {Event} from './events.ts'
import {crashed, short, timedOut, withoutDoubtful} from './failed-check.ts'

/** How long an aborted check may take to clean up, in milliseconds. */
const CLEAN_UP_MS = 500

/**
 * How long a download has the processor for itself at the most, in milliseconds: until its connection is open. It takes
 * longest of all, and what the others do at once would hold its beginning up for longer than that.
 */
const HEAD_START_MS = 40

export type CheckRun = {
  readonly checks: readonly Check[]
  readonly options: CheckOptions
  readonly endpoints: Endpoints | null
  readonly reader: HostReader
  readonly holdInstaller?: HoldInstaller
}

/**
 * Runs checks side by side and yields what happens. A check that throws or outlives its time becomes a finding of status
 * `error`; it never ends the run.
 *
 * @throws the signal's reason when the run is aborted.
 */
export async function* runChecks(run: CheckRun, signal: AbortSignal): AsyncGenerator<Event, void> {
  const stop = new AbortController()
  const queue = new EventQueue<Event>()
  const all = runAll(run, AbortSignal.any([signal, stop.signal]), event => queue.push(event)).then(
    () => queue.end(),
    error => queue.fail(error),
  )
  try {
    yield* queue
  } finally {
    stop.abort()
    await all
  }
}

async function runAll(run: CheckRun, signal: AbortSignal, emit: (event: Event) => void): Promise<void> {
  signal.throwIfAborted()
  emit({type: 'run-started', at: Date.now(), checks: run.checks.map(({id}) => id)})
  const results = new Map<CheckId, Promise<readonly Finding[]>>()
  const allBegun = Promise.withResolvers<void>()
  const findingsOf = async (id: CheckId) => {
    await allBegun.promise
    return (await results.get(id)) ?? []
  }
  forgetShortage()
  const isShort = isShortOfFiles()
  const begin = (check: Check, tell = emit) => {
    // What the operating system says of itself takes hardly anything.
    const findings = runOne(run, check, !isShort || check.id === 'os', findingsOf, signal, tell)
    results.set(check.id, findings)
    // It is waited for when all have begun.
    findings.catch(() => undefined)
    return findings
  }
  const unfollow = followSlowPrograms(run, results, emit)
  const first = run.checks.filter(({startsFirst}) => startsFirst)
  await Promise.all(first.map(check => headStart(tell => begin(check, tell), emit)))
  for (const check of run.checks) if (!check.startsFirst) void begin(check)
  allBegun.resolve()
  const [findings] = await Promise.all([
    Promise.all(run.checks.map(({id}) => findingsOf(id))),
    readHost(run, emit),
  ])
  unfollow()
  signal.throwIfAborted()
  emit({type: 'planned', plan: planOf(findings.flat())})
  emit({type: 'run-finished', at: Date.now()})
}

/** Reports programs that are waited for, as of the check that asks for the rules. */
function followSlowPrograms(
  {checks, reader}: CheckRun,
  begun: ReadonlyMap<CheckId, unknown>,
  emit: (event: Event) => void,
): () => void {
  const asking = checks.find(({id}) => id.startsWith('firewall-')) ?? checks[0]
  const stop = reader.onSlow?.((program, seconds) => {
    if (asking && begun.has(asking.id))
      emit({type: 'check-progress', check: asking.id, progress: {waitingFor: {program, seconds}}})
  })
  return stop ?? (() => undefined)
}

/** Waits until a check's connection is open, or it has finished, or for as long as a head start lasts. */
async function headStart(
  begin: (emit: (event: Event) => void) => Promise<unknown>,
  emit: (event: Event) => void,
): Promise<void> {
  const connected = Promise.withResolvers<void>()
  const timer = setTimeout(connected.resolve, HEAD_START_MS)
  begin(event => {
    emit(event)
    if (event.type === 'check-progress' && event.progress.layer === 'http') connected.resolve()
  }).then(
    () => connected.resolve(),
    () => connected.resolve(),
  )
  await connected.promise
  clearTimeout(timer)
}

/** The remedies that findings offer, each once. */
function planOf(findings: readonly Finding[]): Plan {
  const remedies = new Map(findings.flatMap(found => found.remedies.map(remedy => [remedy.id, remedy])))
  return {remedies: [...remedies.values()]}
}

/** A host that cannot be read is reported by the checks that ask for it. */
async function readHost({checks, reader}: CheckRun, emit: (event: Event) => void): Promise<void> {
  const asksFirewall = checks.some(({id}) => judgesRules(id))
  const [host, privileges, firewall] = await Promise.allSettled([
    reader.host(),
    reader.privileges(),
    asksFirewall ? reader.firewallFacts() : null,
  ])
  if (host.status === 'rejected' || privileges.status === 'rejected') return
  emit({
    type: 'host-read',
    host: host.value,
    privileges: privileges.value,
    firewall: firewall.status === 'fulfilled' ? firewall.value : null,
  })
}

async function runOne(
  {options, endpoints, reader, holdInstaller}: CheckRun,
  check: Check,
  canRun: boolean,
  findingsOf: (id: CheckId) => Promise<readonly Finding[]>,
  signal: AbortSignal,
  emit: (event: Event) => void,
): Promise<readonly Finding[]> {
  signal.throwIfAborted()
  const startedAt = Date.now()
  emit({type: 'check-started', check: check.id, at: startedAt})
  const limitMs = check.timeoutMs(options)
  const timeUp = new AbortController()
  const stopClock = limitMs === null ? () => undefined : startClock(limitMs, reader, () => timeUp.abort())
  const context: CheckContext = {
    options,
    endpoints,
    reader,
    signal: AbortSignal.any([signal, timeUp.signal]),
    earlier: findingsOf,
    progress: progress => emit({type: 'check-progress', check: check.id, progress}),
    holdInstaller,
  }
  const running = canRun ? check.run(context) : Promise.resolve([short(check, 'files')])
  const found = await untilAborted(running, context.signal).catch((error: unknown) => {
    signal.throwIfAborted()
    return [timeUp.signal.aborted ? timedOut(check, limitMs ?? 0) : crashed(check, error)]
  })
  stopClock()
  const findings = withoutDoubtful(check, found)
  emit({type: 'check-finished', check: check.id, findings, durationMs: Date.now() - startedAt})
  return findings
}

/** How often it is looked whether rules are still being read, in milliseconds. */
const LOOK_MS = 200

/**
 * Calls `onTimeUp` after `limitMs`. While rules are being read, which has its own limit and is shared by all who ask, the
 * time is not up; then it begins again.
 */
function startClock(limitMs: number, {isReading}: HostReader, onTimeUp: () => void): () => void {
  let timer: NodeJS.Timeout
  const look = () => {
    timer = setTimeout(isReading?.() ? look : onTime, isReading?.() ? LOOK_MS : limitMs)
  }
  const onTime = () => {
    if (isReading?.()) look()
    else onTimeUp()
  }
  timer = setTimeout(onTime, limitMs)
  return () => clearTimeout(timer)
}

/**
 * Settles as the task does. When the signal aborts, the task has a moment to clean up after itself, and is then left
 * behind: it may be stuck in a system call.
 */
function untilAborted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let leaveBehind: NodeJS.Timeout | undefined
    const abort = () => {
      leaveBehind = setTimeout(() => reject(signal.reason), CLEAN_UP_MS)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, {once: true})
    task.then(resolve, reject).finally(() => {
      clearTimeout(leaveBehind)
      signal.removeEventListener('abort', abort)
    })
  })
}
