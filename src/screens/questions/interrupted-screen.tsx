import {Box} from 'ink'
import {useState} from 'react'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {type Line, wrapLines} from '../ui/lines.ts'
import {Spinner} from '../ui/spinner.tsx'
import {TextWindow} from '../ui/text-window.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useScroll} from '../ui/use-scroll.ts'
import {WHY} from '../ui/why.ts'
import {interruptedChoices, interruptedLine} from './interrupted-words.ts'

type Undo = 'asked' | 'running' | {readonly ok: boolean; readonly message: string}

/** The two choices and the blank row over them. */
const ROWS_BELOW = 3

export function InterruptedScreen() {
  const {host, dispatch, active} = useWizard()
  const [undo, setUndo] = useState<Undo>('asked')
  const done = typeof undo === 'object'
  const keys: readonly KeyHint[] = [
    ...(undo === 'asked' ? [['↑↓', 'choose'] as const] : []),
    ...(undo === 'running' ? [] : [['Enter', 'continue'] as const, ['q', 'leave'] as const]),
  ]
  const layout = useFrame({
    moves: undo === 'asked' ? ['choice', 'text-by-pages'] : ['text-by-pages'],
    why: WHY.interrupted,
    keys,
  })
  useNavigationKeys({busy: undo === 'running'})
  useKeys(
    (_, key) => {
      if (key.return) dispatch({type: 'answered'})
    },
    {isActive: active && done},
  )
  const choose = (choice: 'undo' | 'leave') => {
    if (choice === 'leave') return dispatch({type: 'answered'})
    setUndo('running')
    host.undoInterrupted().then(setUndo, (error: unknown) => dispatch({type: 'failed', error}))
  }

  const listed = host.interrupted.map((change): Line => ({text: interruptedLine(change), indent: 2}))
  const lines = wrapLines([{text: 'Unfinished:', tone: 'caution'}, ...listed], layout.columns)
  const rows = layout.rows - ROWS_BELOW
  const offset = useScroll({lines: lines.length, rows})
  return (
    <Frame title="An earlier run did not finish" layout={layout}>
      <TextWindow lines={lines} rows={rows} offset={offset} moreHint="PgDn" />
      <Box height={1} />
      {undo === 'asked' && <Choice items={interruptedChoices(host.interrupted)} onSelect={choose} />}
      {undo === 'running' && <Spinner label="Reverting…" />}
      {done && (
        <TextWindow
          lines={wrapLines([{text: undo.message, mark: undo.ok ? 'pass' : 'fail'}], layout.columns)}
          rows={ROWS_BELOW - 1}
        />
      )}
    </Frame>
  )
}
