import {Box} from 'ink'
import type {Dispatch} from 'react'
import type {Shell} from '../../contract/command-line.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useShell} from '../ui/use-shell.ts'
import type {UndoChoice} from './undo-choices.ts'
import type {UndoAction} from './undo-flow.ts'
import {undoChoiceLines, undoCopies} from './undo-lines.ts'

/** The two choices and the blank row over them. */
const ROWS_BELOW = 3

const WHY = 'These commands change the firewall of this server now. Rules that are already gone are skipped.'

type Props = {readonly chosen: UndoChoice; readonly dispatch: Dispatch<UndoAction>; readonly shell: Shell}

export function ConfirmUndoScreen({chosen, dispatch, shell}: Props) {
  const {active} = useShell()
  const search = useSearch()
  const searching = search.line !== null
  const layout = useFrame({
    search,
    moves: ['choice', 'text-by-pages'],
    why: WHY,
    copies: undoCopies(chosen),
    keys: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      ...(searching ? [] : [['y / n', 'yes / no'] as const]),
      ['Esc', 'back'],
      ['q', 'leave'],
    ],
  })
  const room = {columns: layout.columns, rows: layout.rows - ROWS_BELOW}
  const decide = (agreed: boolean) => dispatch({type: 'confirm', agreed})
  useNavigationKeys({search})
  useKeys(
    input => {
      if (input.toLowerCase() === 'y') decide(true)
      else if (input.toLowerCase() === 'n') decide(false)
    },
    {isActive: active && !searching},
  )
  return (
    <Frame title="Revert these changes?" layout={layout}>
      <LongText lines={undoChoiceLines(chosen, shell)} room={room} search={search} arrows={false} />
      <Box height={1} />
      <Choice
        isActive={!search.typing}
        items={[
          {value: 'no', label: 'No, change nothing'},
          {value: 'yes', label: 'Yes, run these commands'},
        ]}
        onSelect={value => decide(value === 'yes')}
      />
    </Frame>
  )
}
