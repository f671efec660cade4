import type {Progress} from '../checks/check.ts'
import {CHECK_IDS, type CheckId} from '../contract/checks.ts'
import type {Finding} from '../contract/finding.ts'
import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Plan} from '../contract/remedy.ts'
import type {AppliedRemedy, Event} from './events.ts'

export type CheckState =
  | {readonly state: 'waiting'}
  | {readonly state: 'running'; readonly startedAt: number; readonly progress: Progress | null}
  | {readonly state: 'finished'; readonly findings: readonly Finding[]; readonly durationMs: number}

export type StepState = 'waiting' | 'running' | 'done' | 'already-done' | 'failed' | 'undone'

/** All that is known of a run. Screens and reports are views of this. */
export type Session = {
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** Milliseconds in which nothing ran, while somebody read or thought. */
  readonly idleMs: number
  readonly host: HostFacts | null
  readonly privileges: Privileges | null
  readonly firewall: FirewallFacts | null
  readonly checks: ReadonlyMap<CheckId, CheckState>
  readonly plan: Plan | null
  /** Id of a remedy to the title of the one that it has replaced while the plan was carried out. */
  readonly replaced?: ReadonlyMap<string, string>
  /** Remedy id to the states of its steps, for remedies that were started. */
  readonly steps: ReadonlyMap<string, readonly StepState[]>
  readonly applied: readonly AppliedRemedy[]
}

export const EMPTY_SESSION: Session = {
  startedAt: null,
  finishedAt: null,
  idleMs: 0,
  host: null,
  privileges: null,
  firewall: null,
  checks: new Map(),
  plan: null,
  steps: new Map(),
  applied: [],
}

/** Findings of finished checks, in the order in which checks are shown. */
export function findingsOf(session: Session): readonly Finding[] {
  return CHECK_IDS.flatMap(id => {
    const check = session.checks.get(id)
    return check?.state === 'finished' ? check.findings : []
  })
}

/** The only place where a session changes. Pure. */
export function reduce(session: Session, event: Event): Session {
  switch (event.type) {
    case 'run-started':
      return {
        ...session,
        startedAt: session.startedAt ?? event.at,
        ...resumed(session, event.at),
        checks: new Map([
          ...session.checks,
          ...event.checks.map(id => [id, {state: 'waiting'} satisfies CheckState] as const),
        ]),
      }
    case 'host-read':
      return {...session, host: event.host, privileges: event.privileges, firewall: event.firewall}
    case 'check-started':
      return withCheck(session, event.check, {state: 'running', startedAt: event.at, progress: null})
    case 'check-progress': {
      const check = session.checks.get(event.check)
      if (check?.state !== 'running') return session
      return withCheck(session, event.check, {...check, progress: event.progress})
    }
    case 'check-finished':
      return withCheck(session, event.check, {
        state: 'finished',
        findings: event.findings,
        durationMs: event.durationMs,
      })
    case 'planned':
      return {...session, plan: event.plan}
    case 'remedy-replaced': {
      const replaced = event.by.map(({id}) => [id, event.remedy.title] as const)
      return {...session, replaced: new Map([...(session.replaced ?? []), ...replaced])}
    }
    case 'remedy-started': {
      const remedy = session.plan?.remedies.find(({id}) => id === event.remedy)
      const running = {...session, ...resumed(session, event.at)}
      return withSteps(running, event.remedy, remedy?.steps.map(() => 'waiting' as const) ?? [])
    }
    case 'step-started':
      return withStep(session, event.remedy, event.index, 'running')
    case 'step-finished':
      return withStep(session, event.remedy, event.index, event.result)
    case 'remedy-finished':
      return {...session, applied: [...session.applied, event.applied]}
    case 'run-finished':
      return {...session, finishedAt: event.at}
    case 'installer-kept':
      return withKeptInstaller(session, event.path, new Date(event.at).toISOString())
  }
}

/** The finding on the installer says where it is, as it does for `--output-installer`. */
function withKeptInstaller(session: Session, storedAs: string, verifiedAt: string): Session {
  const check = session.checks.get('installer-download')
  if (check?.state !== 'finished') return session
  const findings = check.findings.map(found =>
    found.status === 'pass' ? {...found, evidence: {...found.evidence, storedAs, verifiedAt}} : found,
  )
  return withCheck(session, 'installer-download', {...check, findings})
}

/** Work goes on after a pause, where there was one. */
function resumed({finishedAt, idleMs}: Session, at: number): Pick<Session, 'finishedAt' | 'idleMs'> {
  return {finishedAt: null, idleMs: finishedAt === null ? idleMs : idleMs + Math.max(0, at - finishedAt)}
}

function withCheck(session: Session, id: CheckId, state: CheckState): Session {
  return {...session, checks: new Map(session.checks).set(id, state)}
}

function withSteps(session: Session, remedy: string, steps: readonly StepState[]): Session {
  return {...session, steps: new Map(session.steps).set(remedy, steps)}
}

function withStep(session: Session, remedy: string, index: number, state: StepState): Session {
  const steps = session.steps.get(remedy) ?? []
  return withSteps(
    session,
    remedy,
    steps.map((step, at) => (at === index ? state : step)),
  )
}
