import type {Privileges} from '../../contract/host.ts'
import type {Remedy, Step} from '../../contract/remedy.ts'
import type {Session} from '../../engine/session.ts'
import type {FlowState, Question, Screen} from './state.ts'

/** Remedies of the plan that are still worth offering: not kept, not shown to be of no help; disruptive ones last. */
export function openRemedies({plan, applied}: Session): readonly Remedy[] {
  const settled = new Set(applied.filter(({result}) => result !== 'failed').map(({remedy}) => remedy))
  const open = plan?.remedies.filter(({id}) => !settled.has(id)) ?? []
  return open.toSorted((a, b) => Number(a.risk === 'disruptive') - Number(b.risk === 'disruptive'))
}

/** What is confirmed together: the chosen additive remedies as one, then each disruptive one separately. */
export function confirmGroups({
  session,
  chosen,
}: Pick<FlowState, 'session' | 'chosen'>): readonly (readonly Remedy[])[] {
  const remedies = openRemedies(session).filter(({id}) => chosen.has(id))
  const additive = remedies.filter(({risk}) => risk === 'additive')
  const disruptive = remedies.filter(({risk}) => risk === 'disruptive')
  return [...(additive.length > 0 ? [additive] : []), ...disruptive.map(remedy => [remedy])]
}

/** What a systemd unit of this tool's own takes, for remedies agreed to that nobody else would keep. */
export function unitSteps({session, confirmed}: Pick<FlowState, 'session' | 'confirmed'>): readonly Step[] {
  const remedies = openRemedies(session).filter(({id}) => confirmed.includes(id))
  return remedies.flatMap(remedy => remedy.unitSteps ?? [])
}

export function hasInstallerCheck({checks}: Session): boolean {
  return checks.has('installer-download')
}

/** Where Esc leads. Null where there is no way back: the first screen, and once something has been applied. */
export function previousScreen(state: FlowState): Screen | null {
  const {screen, questions, session} = state
  if (screen === 'applying' || session.applied.length > 0) return null
  switch (screen) {
    case 'checks':
    case 'findings':
      return lastQuestion(state)
    case 'plan':
      return 'findings'
    case 'confirm':
    case 'persist':
      return 'plan'
    case 'installer':
      return openRemedies(session).length > 0 ? 'plan' : 'findings'
    case 'summary':
      if (hasInstallerCheck(session)) return 'installer'
      return openRemedies(session).length > 0 ? 'plan' : 'findings'
    default: {
      const before = questions[questions.indexOf(screen) - 1]
      return before === undefined || comesFirst(before) ? null : before
    }
  }
}

function lastQuestion({questions}: FlowState): Screen | null {
  const last = questions.at(-1)
  return last === undefined || comesFirst(last) ? null : last
}

/** Asked once, before the first step. */
function comesFirst(question: Question): boolean {
  return question === 'interrupted' || question === 'resume'
}

/**
 * Screens that count as one step are one entry. A step that turns out to have nothing to do is passed over, and still
 * counts: a number of steps that shrinks is taken for a mistake.
 */
function stepsOf({questions, session}: FlowState): readonly (readonly Screen[])[] {
  const mayDownload = session.checks.size === 0 || hasInstallerCheck(session)
  return [
    ...questions.filter(question => !comesFirst(question)).map(question => [question]),
    ['checks'],
    ['findings'],
    ['plan', 'confirm', 'persist', 'applying'],
    ...(mayDownload ? [['installer'] satisfies Screen[]] : []),
    ['summary'],
  ]
}

/** Step n of m; null for the question that comes before the first step. */
export function stepNumber(state: FlowState): {readonly step: number; readonly of: number} | null {
  const steps = stepsOf(state)
  const at = steps.findIndex(screens => screens.includes(state.screen))
  return at === -1 ? null : {step: at + 1, of: steps.length}
}

export const NOT_PERMITTED = `Needs ${process.platform === 'win32' ? 'Administrator' : 'root'}: nothing can be applied in this run.`

/** Whether this user can change the firewall; where that is not known, the engine finds out. */
export function mayChange(privileges: Privileges | null): boolean {
  return privileges?.elevated ?? true
}
