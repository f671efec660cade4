import {useApp, useInput, usePaste} from 'ink'
import {useEffect, useReducer} from 'react'
import type {Shell} from '../../contract/command-line.ts'
import {type ScreenTerminal, showOnTerminal} from '../terminal/show-on-terminal.ts'
import {useInterrupts} from '../terminal/use-interrupts.ts'
import {useSuspend} from '../terminal/use-suspend.ts'
import type {Explanation} from '../ui/explanation.ts'
import {aboutTool} from '../ui/frame-words.ts'
import {Stage, useExplaining} from '../ui/stage.tsx'
import {ChooseUndoScreen} from './choose-undo-screen.tsx'
import {ConfirmUndoScreen} from './confirm-undo-screen.tsx'
import {type StandingChange, undoChoices} from './undo-choices.ts'
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

/**
 * Asks on a terminal which of the changes to revert. Changes nothing itself.
 *
 * @returns the ids agreed to; null where nothing is to be reverted
 * @throws Interrupted on Ctrl-C, on the end of input, and for an aborted `signal` (then its reason).
 */
export function askWhatToUndo(
  changes: readonly StandingChange[],
  shell: Shell,
  terminal: ScreenTerminal,
): Promise<readonly string[] | null> {
  const {signal} = terminal
  return showOnTerminal(<UndoApp changes={changes} shell={shell} {...(signal && {signal})} />, terminal)
}

const CHOOSE_EXPLANATION: Explanation = {
  title: 'Undo',
  asked: 'Which change to revert: all of the last run, or one. → shows its commands.',
  matters:
    'The journal has every command that was run, and its undo. Only changes of this tool are reverted, never what was in place before.',
  byDefault: 'The last run as a whole. Nothing runs before you confirm.',
  aws: [
    {
      says: 'An agent that is installed needs TCP 443 to DRS and S3, and TCP 1500 to the replication servers, as long as it replicates.',
      page: 'Network-Requirements',
    },
  ],
}

const CONFIRM_EXPLANATION: Explanation = {
  title: 'Confirmation',
  asked: 'Whether to run these commands now, the last change first.',
  matters:
    'If a command fails, the others still run, and what is left stays in the journal for the next undo.',
  byDefault: 'No: nothing is changed.',
  aws: [],
}
