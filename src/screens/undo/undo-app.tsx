import {useApp, useInput, usePaste} from 'ink'
import {useEffect, useReducer} from 'react'
import type {Shell} from '../../contract/command-line.ts'
import {aboutTool} from '../parts/frame-words.ts'
import {Stage, useExplaining} from '../stage.tsx'
import {useInterrupts} from '../use-interrupts.ts'
import {useSuspend} from '../use-suspend.ts'
import {ChooseUndoScreen} from './choose-undo-screen.tsx'
import {ConfirmUndoScreen} from './confirm-undo-screen.tsx'
import {type StandingChange, undoChoices} from './undo-choices.ts'
import {CHOOSE_EXPLANATION, CONFIRM_EXPLANATION} from './undo-explanations.ts'
import {startUndo, undoFlow} from './undo-flow.ts'

type Props = {
  readonly changes: readonly StandingChange[]
  /** In which a person on this host would run the commands. */
  readonly shell: Shell
  /** Ends the question with its reason, as a signal to the process should. */
  readonly signal?: AbortSignal
}

/** Asks what to revert. Ends by Ink's `exit`, with the ids agreed to, or null, or an error. */
export function UndoApp({changes, shell, signal}: Props) {
  const {exit} = useApp()
  const [state, dispatch] = useReducer(undoFlow, undoChoices(changes), startUndo)
  const {chosen, leaving, ending} = state
  const explaining = useExplaining(chosen === null ? CHOOSE_EXPLANATION : CONFIRM_EXPLANATION)

  useInterrupts(error => dispatch({type: 'interrupt', error}), signal)
  useInput((input, key) => {
    if (leaving && !key.ctrl) dispatch({type: input.toLowerCase() === 'y' ? 'leave' : 'stay'})
  })
  useSuspend(true)
  // Pasted letters would be taken for keys.
  usePaste(() => {})

  // The only place that ends it: after the last commit, so that no frame is lost.
  useEffect(() => {
    if (ending === null) return
    exit(ending.kind === 'error' ? ending.error : ending.kind === 'agreed' ? ending.ids : null)
  }, [ending, exit])

  if (ending !== null && ending.kind !== 'error') return null
  const shown = {
    active: !leaving && explaining.open === null && ending === null,
    step: {step: chosen === null ? 1 : 2, of: 2},
    knownSoFar: aboutTool,
    leaveQuestion: leaving ? 'Quit? Nothing is reverted.' : null,
    back: () => dispatch({type: 'back'}),
    askLeave: () => dispatch({type: 'ask-leave'}),
  }
  return (
    <Stage shell={shown} explaining={explaining}>
      {chosen === null ? (
        <ChooseUndoScreen state={state} dispatch={dispatch} shell={shell} />
      ) : (
        <ConfirmUndoScreen chosen={chosen} dispatch={dispatch} shell={shell} />
      )}
    </Stage>
  )
}
