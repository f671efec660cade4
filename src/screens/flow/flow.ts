import type {Remedy} from '../../contract/remedy.ts'
import type {Event} from '../../engine/events.ts'
import {findingsOf, reduce} from '../../engine/session.ts'
import {confirmGroups, hasInstallerCheck, openRemedies, previousScreen, unitSteps} from './route.ts'
import {type Action, type Drafts, type FlowState, nextQuestion, type Question} from './state.ts'
import {ASKED_SCREENS, type AskedScreen, type KeptAnswers, type WizardAnswers} from './wizard-host.ts'

/** The wizard's state machine. Pure; an action that makes no sense on the present screen changes nothing. */
export function flow(state: FlowState, action: Action): FlowState {
  if (state.ending !== null) return state
  switch (action.type) {
    case 'answered': {
      const at = state.questions.indexOf(state.screen as Question)
      if (at === -1) return state
      const answers = {...state.answers, ...action.answers}
      const drafts = withoutDrafts(state.drafts, action.answers)
      const through = ASKED_SCREENS.filter(
        screen => screen === state.screen || state.through.includes(screen),
      )
      return {...state, answers, drafts, through, screen: nextQuestion(state, at)}
    }
    case 'typed':
      return {...state, drafts: {...state.drafts, [action.question]: action.text}}
    case 'resume':
      return state.screen === 'resume' && action.kept !== null ? resume(state, action.kept) : state
    case 'latency-measured': {
      const {region, ms} = action.latency
      return {...state, latencies: new Map(state.latencies).set(region, ms)}
    }
    case 'server-read':
      return {...state, server: action.server}
    case 'event':
      return withEvent(state, action.event)
    case 'run-ended':
      return runEnded(state)
    case 'check-again':
      if (state.screen !== 'findings' && state.screen !== 'summary') return state
      return {...state, screen: 'checks', before: findingsOf(state.session)}
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
      // Who leaves the summary has seen it.
      return {...state, leaving: false, ending: {kind: state.screen === 'summary' ? 'finished' : 'left'}}
    case 'interrupt':
      return interrupt(state, action.error, action.insists ?? false)
    case 'failed':
      return {...state, ending: {kind: 'error', error: action.error}}
  }
}

/** What has become an answer is no draft any more. */
function withoutDrafts(drafts: Drafts, answers: Partial<WizardAnswers> = {}): Drafts {
  return Object.fromEntries(Object.entries(drafts).filter(([question]) => !(question in answers)))
}

/** What flags and the configuration answer in this run wins. */
function resume(state: FlowState, {answers, through}: KeptAnswers): FlowState {
  const asked = state.questions
  const merged = {
    region: asked.includes('region') ? (answers.region ?? state.answers.region) : state.answers.region,
    stagingSubnet: state.answers.stagingSubnet ?? answers.stagingSubnet,
    replicationServer: state.answers.replicationServer ?? answers.replicationServer,
  }
  const ahead = asked.slice(asked.indexOf('resume') + 1) as AskedScreen[]
  const isAnswered = (screen: AskedScreen) => screen === 'region' && merged.region !== null
  const next = ahead.find(
    screen => !through.includes(screen) && !state.passedOver.has(screen) && !isAnswered(screen),
  )
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

/** From the plan to the first question, where anything is chosen. */
function review(state: FlowState): FlowState {
  if (state.screen !== 'plan' || confirmGroups(state).length === 0) return state
  return {...state, screen: 'confirm', confirming: 0, confirmed: [], persistUnit: false}
}

/**
 * Each group is agreed to separately. Declining the first goes back to the plan, declining a later one leaves it out.
 */
function confirm(state: FlowState, agreed: boolean): FlowState {
  if (state.screen !== 'confirm') return state
  const groups = confirmGroups(state)
  const group: readonly Remedy[] = groups[state.confirming] ?? []
  if (!agreed && state.confirming === 0) return {...state, screen: 'plan'}
  const confirmed = agreed ? [...state.confirmed, ...group.map(({id}) => id)] : state.confirmed
  if (state.confirming + 1 < groups.length) return {...state, confirmed, confirming: state.confirming + 1}
  const agreedTo = {...state, confirmed}
  return unitSteps(agreedTo).length > 0 ? {...agreedTo, screen: 'persist'} : startRepair(agreedTo)
}

function startRepair(state: FlowState): FlowState {
  return {...state, screen: 'applying', repairEnded: false}
}

function toggled(chosen: ReadonlySet<string>, remedy: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(remedy)) next.add(remedy)
  return next
}
