import {Text} from 'ink'
import {useState} from 'react'
import type {Remedy} from '../../contract/remedy.ts'
import {mayChange, NOT_PERMITTED, openRemedies, previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {remedyCopies} from '../ui/copyables.ts'
import {DetailPane, splitRows} from '../ui/detail-pane.tsx'
import {DetailView} from '../ui/detail-view.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {Row} from '../ui/row.tsx'
import {searchRows} from '../ui/search/search-row.tsx'
import {useListSearch} from '../ui/search/use-list-search.ts'
import {useSearch} from '../ui/search/use-search.ts'
import {Pieces, TextLine} from '../ui/text-line.tsx'
import {glyphs, theme} from '../ui/theme.ts'
import {useListKeys, windowStart} from '../ui/use-list.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {remedyLines, shellOf} from './remedy-lines.ts'

/** The row above the list: how many are chosen, or why nothing can be. */
const ROWS_ABOVE = 1

export function PlanScreen() {
  const {state, dispatch, active} = useWizard()
  const [open, setOpen] = useState(false)
  const search = useSearch(!open)
  const remedies = openRemedies(state.session)
  const chosen = remedies.filter(({id}) => state.chosen.has(id)).length
  const permitted = mayChange(state.session.privileges)
  const applies = permitted && chosen > 0
  const keys: readonly KeyHint[] = [
    ['↑↓', 'choose'],
    ...(permitted ? [['Space', 'on or off'] as const] : []),
    ['→', 'details'],
    ['Enter', applies ? `review and apply (${chosen})` : 'continue without a fix'],
    ...(applies ? [['s', 'skip the fix'] as const] : []),
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const [place, setIndex] = useState(0)
  const index = Math.max(0, Math.min(place, remedies.length - 1))
  const highlighted = remedies[index]
  const shell = shellOf(state.session)
  const copies = highlighted === undefined ? [] : remedyCopies([highlighted], shell)
  const layout = useFrame({moves: ['list'], why: WHY.plan, keys, search, ...(!open && {copies})})
  const rows = rowsOf(remedies)
  const split = splitRows(layout.rows - ROWS_ABOVE - searchRows(search), rows.length)
  useListKeys(setIndex, {count: remedies.length, rows: split.list, isActive: !open && !search.typing})
  useNavigationKeys({search, isActive: !open})
  useKeys(
    (input, key) => {
      if (key.return) dispatch({type: applies ? 'review' : 'continue'})
      else if (key.rightArrow && highlighted !== undefined) setOpen(true)
      else if (input === ' ' && permitted && highlighted) dispatch({type: 'toggle', remedy: highlighted.id})
      else if (input.toLowerCase() === 's') dispatch({type: 'continue'})
    },
    {isActive: active && !open && !search.typing},
  )
  const items = remedies.map(remedy => ({title: remedy.title, lines: remedyLines(remedy, shell)}))
  const found = useListSearch({search, items, index, setIndex, isActive: !open})
  const lines = items[index]?.lines ?? []
  if (open && highlighted !== undefined) {
    return (
      <DetailView title={highlighted.title} lines={lines} copies={copies} onClose={() => setOpen(false)} />
    )
  }
  const start = windowStart(rows.indexOf(highlighted ?? null), rows.length, split.list)
  return (
    <Frame title="Repair plan" layout={layout}>
      {permitted ? (
        <TextLine line={{text: `${chosen} of ${remedies.length} chosen.`}} />
      ) : (
        <TextLine line={{text: NOT_PERMITTED, tone: 'caution'}} />
      )}
      {rows.slice(start, start + split.list).map(remedy =>
        remedy === null ? (
          <TextLine key="heading" line={{text: DISRUPTIVE, tone: 'caution'}} />
        ) : (
          <Row key={remedy.id} highlighted={remedy === highlighted}>
            <Text {...(remedy === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
              {state.chosen.has(remedy.id) && permitted ? glyphs.on : glyphs.off}{' '}
              {remedy.risk === 'disruptive' && <Text {...theme.tone.caution}>disruptive </Text>}
              <Pieces text={remedy.title} found={found.inTitle(remedies.indexOf(remedy))} />
            </Text>
          </Row>
        ),
      )}
      <DetailPane lines={lines} columns={layout.columns} rows={split.detail} search={search} found={found} />
    </Frame>
  )
}

const DISRUPTIVE = 'Overrides a rule that looks intentional; off unless you select it:'

/** The remedies, disruptive ones apart, under a heading (null) of their own. */
function rowsOf(remedies: readonly Remedy[]): readonly (Remedy | null)[] {
  const first = remedies.findIndex(({risk}) => risk === 'disruptive')
  return first === -1 ? remedies : [...remedies.slice(0, first), null, ...remedies.slice(first)]
}
