import type {Event} from '../engine/events.ts'
import {EMPTY_SESSION, reduce, type Session} from '../engine/session.ts'
import {confirm, review, startRepair, toggled} from './consent.ts'
import {hasInstallerCheck, openRemedies, previousScreen} from './route.ts'
import {
  ASKED_SCREENS,
  type AskedScreen,
  type KeptAnswers,
  type ServerFacts,
  type WizardAnswers,
  type WizardHost,
} from './wizard-host.ts'

export type Question = 'interrupted' | 'resume' | AskedScreen

export type Screen =
  | Question
  | 'checks'
  | 'findings'
  | 'plan'
  | 'confirm'
  | 'persist'
  | 'applying'
  | 'installer'
  | 'summary'

export type Ending =
  | {readonly kind: 'finished'}
  /** The user left before the summary. */
  | {readonly kind: 'left'}
  | {readonly kind: 'error'; readonly error: unknown}

export type FlowState = {
  /** The questions of this run, in order; those that flags or the configuration answer are not among them. */
  readonly questions: readonly Question[]
  readonly screen: Screen
  readonly answers: WizardAnswers
  /** The questions that were answered, by this run or by the one that it goes on with. */
  readonly through: readonly AskedScreen[]
  readonly server: ServerFacts | null
  readonly session: Session
  /** Ids of the remedies to apply. */
  readonly chosen: ReadonlySet<string>
  /** Which group of `confirmGroups` is being asked for, and what was agreed to before it. */
  readonly confirming: number
  readonly confirmed: readonly string[]
  /** Consent to a systemd unit of this tool's own. */
  readonly persistUnit: boolean
  /** Whether the repair that the `applying` screen shows has come to its end. */
  readonly repairEnded: boolean
  /** The question whether to leave is open. */
  readonly leaving: boolean
  /** Set when a repair is being stopped: the error to end with once it has taken back its last change. */
  readonly stopping: Error | null
  readonly ending: Ending | null
}

export type Action =
  | {readonly type: 'answered'; readonly answers?: Partial<WizardAnswers>}
  /** Goes on with an earlier run's answers, at the first question that it did not get through. */
  | {readonly type: 'resume'; readonly kept: KeptAnswers | null}
  | {readonly type: 'server-read'; readonly server: ServerFacts}
  | {readonly type: 'event'; readonly event: Event}
  | {readonly type: 'run-ended'}
  | {readonly type: 'check-again'}
  | {readonly type: 'see-findings'}
  /** On to the next screen; at the plan it means to repair nothing. */
  | {readonly type: 'continue'}
  | {readonly type: 'toggle'; readonly remedy: string}
  | {readonly type: 'review'}
  | {readonly type: 'confirm'; readonly agreed: boolean}
  | {readonly type: 'persist'; readonly agreed: boolean}
  | {readonly type: 'back'}
  | {readonly type: 'ask-leave'}
  | {readonly type: 'stay'}
  | {readonly type: 'leave'}
  /** `insists`: by a key, so that a second one may end the wizard without waiting for a repair to be taken back. */
  | {readonly type: 'interrupt'; readonly error: Error; readonly insists?: boolean}
  | {readonly type: 'failed'; readonly error: unknown}

export function startFlow(
  host: Pick<WizardHost, 'mode' | 'initial' | 'interrupted' | 'resumable'>,
): FlowState {
  const {answered, region, stagingSubnet, replicationServer} = host.initial
  const questions: Question[] = host.interrupted.length > 0 ? ['interrupted'] : []
  if (host.mode === 'setup') {
    if (host.resumable !== null) questions.push('resume')
    if (!answered.has('region')) questions.push('region')
    questions.push('server')
    if (!answered.has('stagingSubnet') || !answered.has('replicationServer')) questions.push('targets')
  }
  return {
    questions,
    screen: questions[0] ?? 'checks',
    answers: {region, stagingSubnet, replicationServer},
    through: [],
    server: null,
    session: EMPTY_SESSION,
    chosen: new Set(),
    confirming: 0,
    confirmed: [],
    persistUnit: false,
    repairEnded: false,
    leaving: false,
    stopping: null,
    ending: null,
  }
}

/** The wizard's state machine. Pure; an action that makes no sense on the present screen changes nothing. */
export function flow(state: FlowState, action: Action): FlowState {
  if (state.ending !== null) return state
  switch (action.type) {
    case 'answered': {
      const at = state.questions.indexOf(state.screen as Question)
      if (at === -1) return state
      const answers = {...state.answers, ...action.answers}
      const through = ASKED_SCREENS.filter(
        screen => screen === state.screen || state.through.includes(screen),
      )
      return {...state, answers, through, screen: state.questions[at + 1] ?? 'checks'}
    }
    case 'resume':
      return state.screen === 'resume' && action.kept !== null ? resume(state, action.kept) : state
    case 'server-read':
      return {...state, server: action.server}
    case 'event':
      return withEvent(state, action.event)
    case 'run-ended':
      return runEnded(state)
    case 'check-again':
      return state.screen === 'findings' ? {...state, screen: 'checks'} : state
    case 'see-findings':
      return state.screen === 'applying' && state.repairEnded ? {...state, screen: 'findings'} : state
    case 'continue':
      return onwards(state)
    case 'toggle':
      return {...state, chosen: toggled(state.chosen, action.remedy)}
    case 'review':
      return review(state)
    case 'confirm':
      return confirm(state, action.agreed)
    case 'persist':
      return state.screen === 'persist' ? startRepair({...state, persistUnit: action.agreed}) : state
    case 'back': {
      const screen = previousScreen(state)
      return screen === null ? state : {...state, screen}
    }
    case 'ask-leave':
      return state.screen === 'applying' && !state.repairEnded ? state : {...state, leaving: true}
    case 'stay':
      return {...state, leaving: false}
    case 'leave':
      return {...state, leaving: false, ending: {kind: 'left'}}
    case 'interrupt':
      return interrupt(state, action.error, action.insists ?? false)
    case 'failed':
      return {...state, ending: {kind: 'error', error: action.error}}
  }
}

/** What flags and the configuration answer in this run wins. */
function resume(state: FlowState, {answers, through}: KeptAnswers): FlowState {
  const asked = state.questions
  const merged = {
    region: asked.includes('region') ? answers.region : state.answers.region,
    stagingSubnet: state.answers.stagingSubnet ?? answers.stagingSubnet,
    replicationServer: state.answers.replicationServer ?? answers.replicationServer,
  }
  const ahead = asked.slice(asked.indexOf('resume') + 1) as AskedScreen[]
  const next = ahead.find(screen => !through.includes(screen))
  return {...state, answers: merged, through, screen: next ?? 'checks'}
}

function withEvent(state: FlowState, event: Event): FlowState {
  const session = reduce(state.session, event)
  if (event.type !== 'planned') return {...state, session}
  const additive = event.plan.remedies.filter(({risk}) => risk === 'additive')
  return {...state, session, chosen: new Set(additive.map(({id}) => id))}
}

function runEnded(state: FlowState): FlowState {
  if (state.screen === 'checks') return {...state, screen: 'findings'}
  if (state.screen !== 'applying') return state
  if (state.stopping !== null) return {...state, ending: {kind: 'error', error: state.stopping}}
  return {...state, repairEnded: true}
}

function onwards(state: FlowState): FlowState {
  const afterRepair = hasInstallerCheck(state.session) ? 'installer' : 'summary'
  switch (state.screen) {
    case 'findings':
      return {...state, screen: openRemedies(state.session).length > 0 ? 'plan' : afterRepair}
    case 'plan':
      return {...state, screen: afterRepair}
    case 'applying':
      return state.repairEnded ? {...state, screen: afterRepair} : state
    case 'installer':
      return {...state, screen: 'summary'}
    case 'summary':
      return {...state, ending: {kind: 'finished'}}
    default:
      return state
  }
}

/**
 * A repair under way is stopped and waited for; everything else ends at once. A connection that is lost comes both as
 * a signal and as the end of input, so only a second key press is taken for impatience.
 */
function interrupt(state: FlowState, error: Error, insists: boolean): FlowState {
  const mustTakeBack = state.screen === 'applying' && !state.repairEnded
  if (mustTakeBack && state.stopping === null) return {...state, leaving: false, stopping: error}
  if (mustTakeBack && !insists) return state
  return {...state, ending: {kind: 'error', error: state.stopping ?? error}}
}
