import {Text} from 'ink'
import {useState} from 'react'
import {outcomeOf} from '../engine/outcome.ts'
import {findingsOf} from '../engine/session.ts'
import {useKeys} from './keys/use-keys.ts'
import {findingCopies} from './parts/copyables.ts'
import {DetailPane, splitRows} from './parts/detail-pane.tsx'
import {DetailView} from './parts/detail-view.tsx'
import {type FindingGroup, findingGroups, groupLines, groupTitle} from './parts/finding-groups.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {wrapLines} from './parts/lines.ts'
import {Mark} from './parts/mark.tsx'
import {Pieces} from './parts/pieces.tsx'
import {shellOf} from './parts/remedy-lines.ts'
import {Row} from './parts/row.tsx'
import {SearchRow, searchRows} from './parts/search-row.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useListKeys, windowStart} from './parts/use-list.ts'
import {useListSearch} from './parts/use-list-search.ts'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useSearch} from './parts/use-search.ts'
import {verdictLine} from './parts/verdict.ts'
import {openRemedies, previousScreen} from './route.ts'
import {markOf, theme} from './theme.ts'
import {useWizard} from './use-wizard.ts'
import {whyFindings} from './why.ts'

export function FindingsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const [open, setOpen] = useState(false)
  const search = useSearch(!open)
  const findings = findingsOf(state.session)
  const groups = findingGroups(findings)
  const titleOf = (group: FindingGroup) => groupTitle(group, check => host.checkTitle(check))
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
    title: titleOf(group),
    lines: [{text: markOf(group.status).word}, ...groupLines(group)],
  }))
  const found = useListSearch({search, items, index, setIndex, isActive: !open})
  const lines = highlighted === undefined ? [] : groupLines(highlighted)
  if (open && highlighted !== undefined) {
    return (
      <DetailView title={titleOf(highlighted)} lines={lines} copies={copies} onClose={() => setOpen(false)} />
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
            <Pieces text={titleOf(group)} found={found.inTitle(start + at)} />
          </Text>
        </Row>
      ))}
      <DetailPane
        lines={lines}
        columns={layout.columns}
        rows={split.detail}
        query={search.line?.text ?? null}
      />
      {search.line !== null && (
        <SearchRow line={search.line} typing={search.typing} columns={layout.columns} {...found} />
      )}
    </Frame>
  )
}

/** No two groups have the same first finding. */
function rowKey({findings: [first]}: FindingGroup): string {
  return `${first.check} ${first.target} ${first.code} ${first.summary}`
}
