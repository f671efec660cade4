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
import {shellOf} from './parts/remedy-lines.ts'
import {Row} from './parts/row.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useListKeys, windowStart} from './parts/use-list.ts'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {verdictLine} from './parts/verdict.ts'
import {openRemedies, previousScreen} from './route.ts'
import {theme} from './theme.ts'
import {useWizard} from './use-wizard.ts'
import {whyFindings} from './why.ts'

export function FindingsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const [open, setOpen] = useState(false)
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
    ...(!open && {copies}),
  })
  const verdict = wrapLines([verdictLine(findings, state.before)], layout.columns)
  const split = splitRows(layout.rows - verdict.length, groups.length)
  useListKeys(setIndex, {count: groups.length, rows: split.list, isActive: !open})
  useNavigationKeys({isActive: !open})
  useKeys(
    (input, key) => {
      if (key.return) dispatch({type: 'continue'})
      else if (key.rightArrow && highlighted !== undefined) setOpen(true)
      else if (input.toLowerCase() === 'r') dispatch({type: 'check-again'})
    },
    {isActive: active && !open},
  )
  const lines = highlighted === undefined ? [] : groupLines(highlighted)
  if (open && highlighted !== undefined) {
    return (
      <DetailView
        title={groupTitle(highlighted, check => host.checkTitle(check))}
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
      {groups.slice(start, start + split.list).map(group => (
        <Row key={rowKey(group)} highlighted={group === highlighted}>
          <Mark name={group.status} />
          <Text {...(group === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
            {groupTitle(group, check => host.checkTitle(check))}
          </Text>
        </Row>
      ))}
      <DetailPane lines={lines} columns={layout.columns} rows={split.detail} />
    </Frame>
  )
}

/** No two groups have the same first finding. */
function rowKey({findings: [first]}: FindingGroup): string {
  return `${first.check} ${first.target} ${first.code} ${first.summary}`
}
