import {Text} from 'ink'
import {type Dispatch, useState} from 'react'
import type {Shell} from '../../contract/command-line.ts'
import {printableLine} from '../../lib/printable.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {DetailPane, splitRows} from '../ui/detail-pane.tsx'
import {DetailView} from '../ui/detail-view.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import {Row} from '../ui/row.tsx'
import {searchRows} from '../ui/search/search-row.tsx'
import {useListSearch} from '../ui/search/use-list-search.ts'
import {useSearch} from '../ui/search/use-search.ts'
import {Pieces} from '../ui/text-line.tsx'
import {theme} from '../ui/theme.ts'
import {useListKeys, windowStart} from '../ui/use-list.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useShell} from '../ui/use-shell.ts'
import type {UndoAction, UndoState} from './undo-flow.ts'
import {undoChoiceLines, undoCopies} from './undo-lines.ts'

const WHY =
  'Active changes of this tool on this server, newest first. Reverting one may block onboarding again.'

type Props = {readonly state: UndoState; readonly dispatch: Dispatch<UndoAction>; readonly shell: Shell}

export function ChooseUndoScreen({state: {choices}, dispatch, shell}: Props) {
  const {active} = useShell()
  const [open, setOpen] = useState(false)
  const search = useSearch(!open)
  const [place, setIndex] = useState(0)
  const index = Math.max(0, Math.min(place, choices.length - 1))
  const highlighted = choices[index]
  const copies = highlighted === undefined ? [] : undoCopies(highlighted)
  const layout = useFrame({
    moves: ['list'],
    why: WHY,
    search,
    ...(!open && {copies}),
    keys: [
      ['↑↓', 'choose'],
      ['→', 'details'],
      ['Enter', 'review and revert'],
      ['q', 'leave'],
    ],
  })
  const split = splitRows(layout.rows - searchRows(search), choices.length)
  useListKeys(setIndex, {count: choices.length, rows: split.list, isActive: !open && !search.typing})
  useNavigationKeys({search, isActive: !open})
  useKeys(
    (_, key) => {
      if (key.return && highlighted !== undefined) dispatch({type: 'choose', choice: highlighted})
      else if (key.rightArrow) setOpen(true)
    },
    {isActive: active && !open && !search.typing},
  )
  const items = choices.map(choice => ({
    title: printableLine(choice.label),
    lines: undoChoiceLines(choice, shell),
  }))
  const found = useListSearch({search, items, index, setIndex, isActive: !open})
  const lines = items[index]?.lines ?? []
  if (open && highlighted !== undefined) {
    return (
      <DetailView
        title={printableLine(highlighted.label)}
        lines={lines}
        copies={copies}
        onClose={() => setOpen(false)}
      />
    )
  }
  const start = windowStart(index, choices.length, split.list)
  return (
    <Frame title="Undo" layout={layout}>
      {choices.slice(start, start + split.list).map((choice, at) => (
        <Row key={choice.changes.map(({id}) => id).join()} highlighted={choice === highlighted}>
          <Text {...(choice === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
            <Pieces text={printableLine(choice.label)} found={found.inTitle(start + at)} />
          </Text>
        </Row>
      ))}
      <DetailPane lines={lines} columns={layout.columns} rows={split.detail} search={search} found={found} />
    </Frame>
  )
}
