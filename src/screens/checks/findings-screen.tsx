import {Text} from 'ink'
import {useState} from 'react'
import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf} from '../../engine/session.ts'
import {openRemedies, previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {shellOf} from '../repair/remedy-lines.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {findingCopies} from '../ui/copyables.ts'
import {DetailPane, splitRows} from '../ui/detail-pane.tsx'
import {DetailView} from '../ui/detail-view.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {wrapLines} from '../ui/lines.ts'
import {Mark} from '../ui/mark.tsx'
import {Row} from '../ui/row.tsx'
import {searchRows} from '../ui/search/search-row.tsx'
import {useListSearch} from '../ui/search/use-list-search.ts'
import {useSearch} from '../ui/search/use-search.ts'
import {Pieces, TextLine} from '../ui/text-line.tsx'
import {markOf, theme} from '../ui/theme.ts'
import {useListKeys, windowStart} from '../ui/use-list.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {verdictLine} from '../ui/verdict.ts'
import {whyFindings} from '../ui/why.ts'
import {type FindingGroup, findingGroups, groupLines, groupTitle} from './finding-groups.ts'

export function FindingsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const [open, setOpen] = useState(false)
  const search = useSearch(!open)
  const findings = findingsOf(state.session)
  const groups = findingGroups(findings)
  const remedies = openRemedies(state.session).length
  const keys: readonly KeyHint[] = [
    ['↑↓', 'choose'],
    ['→', 'details'],
    ['r', 'check again'],
    ['Enter', remedies > 0 ? 'see the fix' : 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const [place, setIndex] = useState(0)
  const index = Math.max(0, Math.min(place, groups.length - 1))
  const highlighted = groups[index]
  const {session, answers} = state
  const copies =
    highlighted === undefined
      ? []
      : findingCopies(
          highlighted.findings,
          host.requests(session, answers, highlighted.findings),
          shellOf(session),
        )
  const layout = useFrame({
    moves: ['list'],
    why: whyFindings(remedies, outcomeOf(findings)),
    keys,
    search,
    ...(!open && {copies}),
  })
  const verdict = wrapLines([verdictLine(findings, state.before)], layout.columns)
  const split = splitRows(layout.rows - verdict.length - searchRows(search), groups.length)
  useListKeys(setIndex, {count: groups.length, rows: split.list, isActive: !open && !search.typing})
  useNavigationKeys({search, isActive: !open})
  useKeys(
    (input, key) => {
      if (key.return) dispatch({type: 'continue'})
      else if (key.rightArrow && highlighted !== undefined) setOpen(true)
      else if (input.toLowerCase() === 'r') dispatch({type: 'check-again'})
    },
    {isActive: active && !open && !search.typing},
  )
  const items = groups.map(group => ({
    title: groupTitle(group),
    lines: [{text: markOf(group.status).word}, ...groupLines(group)],
  }))
  const found = useListSearch({search, items, index, setIndex, isActive: !open})
  const lines = highlighted === undefined ? [] : groupLines(highlighted)
  if (open && highlighted !== undefined) {
    return (
      <DetailView
        title={groupTitle(highlighted)}
        lines={lines}
        copies={copies}
        onClose={() => setOpen(false)}
      />
    )
  }
  const start = windowStart(index, groups.length, split.list)
  return (
    <Frame title="Findings" layout={layout}>
      {verdict.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
      {groups.slice(start, start + split.list).map((group, at) => (
        <Row key={rowKey(group)} highlighted={group === highlighted}>
          <Mark name={group.status} />
          <Text {...(group === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
            <Pieces text={groupTitle(group)} found={found.inTitle(start + at)} />
          </Text>
        </Row>
      ))}
      <DetailPane lines={lines} columns={layout.columns} rows={split.detail} search={search} found={found} />
    </Frame>
  )
}

/** No two groups have the same first finding. */
function rowKey({findings: [first]}: FindingGroup): string {
  return `${first.check} ${first.target} ${first.code} ${first.summary}`
}
