import type {Finding} from '../../contract/finding.ts'
import {type CheckRow, isSlow, slowText} from './check-rows.ts'
import {findingGroups, groupLines} from './finding-groups.ts'
import {BLANK, type Line} from './lines.ts'

/** What is known of a check so far: what it does at this moment, or what it found, worst first. */
export function checkLines(row: CheckRow, findings: readonly Finding[]): readonly Line[] {
  if (row.mark === 'waiting') return [{text: 'It has not begun yet.'}]
  if (row.mark === 'running') {
    return [{text: row.detail === '' ? 'It is running.' : `It is at: ${row.detail}.`}, ...slowLines(row)]
  }
  return findingGroups(findings).flatMap((group, at) => {
    const [first, ...more] = groupLines(group)
    return [...(at === 0 ? [] : [BLANK]), {...(first ?? BLANK), mark: group.status}, ...more]
  })
}

function slowLines(row: CheckRow): readonly Line[] {
  return isSlow(row) ? [{text: slowText(row)}] : []
}
