import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import {type Group, groupByCause, said} from '../../report/groups.ts'
import {sortFindings} from './finding-order.ts'
import {fact, type Line} from './lines.ts'

/** `found` leaves out how to fix it, `where` tells no more than which checks fail. */
export type CauseDetail = 'all' | 'found' | 'where'

/** What blocks, one entry a cause, however many targets it has. */
export function causeLines(
  findings: readonly Finding[],
  title: (check: CheckId) => string,
  detail: CauseDetail,
): readonly Line[] {
  // Grouped before they are filtered: a target that only warns may have the cause that fails the others.
  const blocking = groupByCause(sortFindings(findings)).filter(
    ({status}) => status === 'fail' || status === 'error',
  )
  return blocking.flatMap((group): Line[] => {
    const where = checksOf(group, title)
    if (detail === 'where') return [{text: where, mark: group.status}]
    const nextStep = said(group, finding => finding.nextStep)
    return [
      {text: `${where}: ${said(group, ({summary}) => summary) ?? group.code}`, mark: group.status},
      ...(nextStep === null || detail === 'found' ? [] : [{...fact('Next step', nextStep), indent: 2}]),
    ]
  })
}

function checksOf({findings}: Group<Finding>, title: (check: CheckId) => string): string {
  const titles = [...new Set(findings.map(({check}) => title(check)))].join(', ')
  return findings.length > 1 ? `${titles} (${findings.length} targets)` : titles
}
