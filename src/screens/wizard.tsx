import {useApp, useInput, usePaste} from 'ink'
import {type FC, useEffect, useReducer} from 'react'
import {ChecksScreen} from './checks/checks-screen.tsx'
import {FindingsScreen} from './checks/findings-screen.tsx'
import {InstallerScreen} from './ending/installer-screen.tsx'
import {SummaryScreen} from './ending/summary-screen.tsx'
import {EXPLANATIONS} from './flow/explanations.ts'
import {flow} from './flow/flow.ts'
import {stepNumber} from './flow/route.ts'
import {type FlowState, type Screen, startFlow} from './flow/state.ts'
import {WizardContext} from './flow/use-wizard.ts'
import type {WizardHost, WizardResult} from './flow/wizard-host.ts'
import {InterruptedScreen} from './questions/interrupted-screen.tsx'
import {RegionScreen} from './questions/region-screen.tsx'
import {ResumeScreen} from './questions/resume-screen.tsx'
import {ServerScreen} from './questions/server-screen.tsx'
import {TargetsScreen} from './questions/targets-screen.tsx'
import {ApplyingScreen} from './repair/applying-screen.tsx'
import {ConfirmScreen} from './repair/confirm-screen.tsx'
import {PersistScreen} from './repair/persist-screen.tsx'
import {PlanScreen} from './repair/plan-screen.tsx'
import {type ScreenTerminal, showOnTerminal} from './terminal/show-on-terminal.ts'
import {asError, useInterrupts} from './terminal/use-interrupts.ts'
import {useSuspend} from './terminal/use-suspend.ts'
import {answersIn, leaveQuestion} from './ui/frame-words.ts'
import {Stage, useExplaining} from './ui/stage.tsx'

const SCREENS: Record<Screen, FC> = {
  interrupted: InterruptedScreen,
  resume: ResumeScreen,
  region: RegionScreen,
  server: ServerScreen,
  targets: TargetsScreen,
  checks: ChecksScreen,
  findings: FindingsScreen,
  plan: PlanScreen,
  confirm: ConfirmScreen,
  persist: PersistScreen,
  applying: ApplyingScreen,
  installer: InstallerScreen,
  summary: SummaryScreen,
}

type Props = {
  readonly host: WizardHost
  /** Ends the wizard with its reason, as a signal to the process should. */
  readonly signal?: AbortSignal
}

/** The whole wizard. Ends by Ink's `exit`, with a `WizardResult` or an error. */
export function Wizard({host, signal}: Props) {
  const {exit} = useApp()
  const [state, dispatch] = useReducer(flow, host, startFlow)
  const {leaving, screen, ending, answers, through} = state
  const explaining = useExplaining(EXPLANATIONS[screen])

  useInterrupts((error, insists) => dispatch({type: 'interrupt', error, insists}), signal)
  useInput((input, key) => {
    if (leaving && !key.ctrl) dispatch({type: input.toLowerCase() === 'y' ? 'leave' : 'stay'})
  })
  useSuspend(screen !== 'applying' || state.repairEnded)
  // Pasted text belongs into text fields; anywhere else its letters would be taken for keys.
  usePaste(() => {})

  useEffect(() => {
    if (through.length > 0) host.keepAnswers(answers, through)
  }, [host, answers, through])

  // The only place that ends the wizard: after the last commit, so that no frame is lost.
  useEffect(() => {
    if (ending !== null) exit(ending.kind === 'error' ? asError(ending.error) : resultOf(state))
  }, [ending, exit, state])

  // The report takes the place of the last frame. After an error, the frame stays and shows where it happened.
  if (ending !== null && ending.kind !== 'error') return null
  const CurrentScreen = SCREENS[screen]
  const active = !leaving && explaining.open === null && ending === null
  const shell = {
    active,
    step: stepNumber(state),
    knownSoFar: (columns: number) => answersIn(state, columns),
    leaveQuestion: leaving ? leaveQuestion(state) : null,
    back: () => dispatch({type: 'back'}),
    askLeave: () => dispatch({type: 'ask-leave'}),
  }
  return (
    <WizardContext value={{host, state, dispatch, active}}>
      <Stage shell={shell} explaining={explaining}>
        <CurrentScreen />
      </Stage>
    </WizardContext>
  )
}

function resultOf({session, answers, ending}: FlowState): WizardResult {
  return {session, answers, finished: ending?.kind === 'finished'}
}

/** With its `signal`, a repair under way is stopped, its last change reverted, and waited for. */
export type WizardTerminal = ScreenTerminal

/**
 * Shows the wizard on a terminal and resolves when the user has gone through it or left. Prints no summary: on success
 * the frame is cleared, and the caller writes the report into the scrollback.
 *
 * @throws Interrupted on Ctrl-C, on the end of input, and for an aborted `signal` (then its reason).
 * @throws whatever a method of the host throws.
 */
export function runWizard(host: WizardHost, terminal: WizardTerminal): Promise<WizardResult> {
  const {signal} = terminal
  return showOnTerminal(<Wizard host={host} {...(signal && {signal})} />, terminal)
}
