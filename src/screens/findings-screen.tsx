import {Text, useInput} from 'ink'
import {useState} from 'react'
import type {Finding} from '../contract/finding.ts'
import {findingsOf, outcomeOf} from '../engine/session.ts'
import {printableLine} from '../report/printable.ts'
import {DetailPane, splitRows} from './parts/detail-pane.tsx'
import {DetailView} from './parts/detail-view.tsx'
import {findingLines} from './parts/finding-lines.ts'
import {sortFindings} from './parts/finding-order.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {Mark} from './parts/mark.tsx'
import {Row} from './parts/row.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useList, windowStart} from './parts/use-list.ts'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {verdictLine} from './parts/verdict.ts'
import {openRemedies, previousScreen} from './route.ts'
import {theme} from './theme.ts'
import {useWizard} from './use-wizard.ts'
import {whyFindings} from './why.ts'

/** The row above the list: the verdict. */
const ROWS_ABOVE = 1

export function FindingsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const [open, setOpen] = useState(false)
  const findings = sortFindings(findingsOf(state.session))
  const remedies = openRemedies(state.session).length
  const keys: readonly KeyHint[] = [
    ['↑↓', 'choose'],
    ['→', 'details'],
    ['r', 'check again'],
    ['Enter', remedies > 0 ? 'see the repair plan' : 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const layout = useFrame({why: whyFindings(remedies, outcomeOf(findings)), keys})
  const split = splitRows(layout.rows - ROWS_ABOVE, findings.length)
  const [index] = useList({count: findings.length, rows: split.list, isActive: !open})
  const highlighted = findings[index]
  useNavigationKeys({isActive: !open})
  useInput(
    (input, key) => {
      if (key.return) dispatch({type: 'continue'})
      else if (key.rightArrow && highlighted !== undefined) setOpen(true)
      else if (input.toLowerCase() === 'r') dispatch({type: 'check-again'})
    },
    {isActive: active && !open},
  )
  const title = (finding: Finding) => {
    const {check, target} = finding
    return target === null ? host.checkTitle(check) : `${host.checkTitle(check)} · ${printableLine(target)}`
  }
  if (open && highlighted !== undefined) {
    return (
      <DetailView
        title={title(highlighted)}
        lines={findingLines(highlighted)}
        onClose={() => setOpen(false)}
      />
    )
  }
  const start = windowStart(index, findings.length, split.list)
  return (
    <Frame title="Findings" layout={layout}>
      <TextLine line={verdictLine(findings)} />
      {findings.slice(start, start + split.list).map(finding => (
        <Row
          key={`${finding.check} ${finding.target} ${finding.code} ${finding.summary}`}
          highlighted={finding === highlighted}
        >
          <Mark name={finding.status} />
          <Text {...(finding === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
            {title(finding)}
          </Text>
        </Row>
      ))}
      {highlighted !== undefined && (
        <DetailPane lines={findingLines(highlighted)} columns={layout.columns} rows={split.detail} />
      )}
    </Frame>
  )
}
