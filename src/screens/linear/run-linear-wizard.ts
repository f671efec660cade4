import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf} from '../../engine/session.ts'
import {showFindings} from '../checks/linear.ts'
import {showInstaller, showSummary} from '../ending/linear.ts'
import {flow} from '../flow/flow.ts'
import {confirmGroups, openRemedies, stepNumber} from '../flow/route.ts'
import {type Action, type FlowState, type Screen, startFlow} from '../flow/state.ts'
import type {WizardHost, WizardResult} from '../flow/wizard-host.ts'
import {askInterrupted, askRegion, askResume, askTargets, showServer} from '../questions/linear.ts'
import {askConfirm, askPersist, askPlan} from '../repair/linear.ts'
import {answersSoFar} from '../ui/frame-words.ts'
import {WHY, whyConfirm, whyFindings} from '../ui/why.ts'
import {converse, type LineTerminal} from './conversation.ts'
import {followChecks, followRepair} from './follow.ts'
import type {LinearScreen, LinearView} from './view.ts'

const SCREENS: Record<Screen, readonly [title: string, ask: LinearScreen]> = {
  interrupted: ['An earlier run did not finish', askInterrupted],
  resume: ['Continue where you left off?', askResume],
  region: ['Region', askRegion],
  server: ['Source server', showServer],
  targets: ['Staging area subnet', askTargets],
  checks: ['Checks', followChecks],
  findings: ['Findings', showFindings],
  plan: ['Repair plan', askPlan],
  confirm: ['Apply these changes?', askConfirm],
  persist: ['Survive a reboot?', askPersist],
  applying: ['Repairing', followRepair],
  installer: ['Agent installer', showInstaller],
  summary: ['Summary', showSummary],
}

/**
 * The wizard in linear text: the same steps as on the screens, asked line by line, in the terminal's own line mode.
 * Nothing moves, nothing is drawn twice, and no control sequence is written.
 *
 * @throws Interrupted at the end of input, and for an aborted `signal` (then its reason).
 * @throws whatever a method of the host throws.
 */
export async function runLinearWizard(host: WizardHost, terminal: LineTerminal): Promise<WizardResult> {
  const talk = converse(terminal)
  let state = startFlow(host)
  const view: LinearView = {
    host,
    talk,
    state: () => state,
    dispatch(action: Action) {
      const before = state
      state = flow(state, action)
      if (state.through !== before.through && state.through.length > 0)
        host.keepAnswers(state.answers, state.through)
    },
  }
  try {
    while (view.state().ending === null) {
      const [title, ask] = SCREENS[state.screen]
      talk.say(...heading(state, title))
      await ask(view).catch((error: unknown) => {
        const interrupted = talk.ended.aborted && error === talk.ended.reason
        if (interrupted) view.dispatch({type: 'interrupt', error: talk.ended.reason})
        else view.dispatch({type: 'failed', error})
      })
    }
  } finally {
    talk.close()
  }
  const {ending, session, answers} = view.state()
  if (ending?.kind === 'error') throw ending.error
  return {session, answers, finished: ending?.kind === 'finished'}
}

function heading(state: FlowState, title: string): readonly string[] {
  const number = stepNumber(state)
  const step = number === null ? '' : `Step ${number.step} of ${number.of}: `
  return ['', `${step}${title}`, answersSoFar(state, ', '), whyOf(state)]
}

function whyOf(state: FlowState): string {
  const {screen, session} = state
  if (screen === 'findings') return whyFindings(openRemedies(session).length, outcomeOf(findingsOf(session)))
  if (screen === 'confirm') {
    const group = confirmGroups(state)[state.confirming] ?? []
    return whyConfirm(group.some(({risk}) => risk === 'disruptive'))
  }
  return WHY[screen]
}
