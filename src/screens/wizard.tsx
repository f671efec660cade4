import {useApp, useInput, usePaste} from 'ink'
import {type FC, useEffect, useReducer} from 'react'
import {ApplyingScreen} from './applying-screen.tsx'
import {ChecksScreen} from './checks-screen.tsx'
import {ConfirmScreen} from './confirm-screen.tsx'
import {FindingsScreen} from './findings-screen.tsx'
import {flow} from './flow.ts'
import {type FlowState, type Screen, startFlow} from './flow-state.ts'
import {EXPLANATIONS} from './help/explanations.ts'
import {InstallerScreen} from './installer-screen.tsx'
import {InterruptedScreen} from './interrupted-screen.tsx'
import {answersIn, leaveQuestion} from './parts/frame-words.ts'
import {PersistScreen} from './persist-screen.tsx'
import {PlanScreen} from './plan-screen.tsx'
import {RegionScreen} from './region-screen.tsx'
import {ResumeScreen} from './resume-screen.tsx'
import {stepNumber} from './route.ts'
import {ServerScreen} from './server-screen.tsx'
import {Stage, useExplaining} from './stage.tsx'
import {SummaryScreen} from './summary-screen.tsx'
import {TargetsScreen} from './targets-screen.tsx'
import {asError, useInterrupts} from './use-interrupts.ts'
import {useSuspend} from './use-suspend.ts'
import {WizardContext} from './use-wizard.ts'
import type {WizardHost, WizardResult} from './wizard-host.ts'

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
