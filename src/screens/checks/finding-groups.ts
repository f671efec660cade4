import {factsOf} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import {printableLine} from '../../lib/printable.ts'
import {type Group, groupByCause, namedTargets, said} from '../../report/groups.ts'
import {causeWords, OWNER_WORDS} from '../../report/words.ts'
import {fact, type Line} from '../ui/lines.ts'
import {STATUS_ORDER} from './check-rows.ts'
import {evidenceLines, findingLines, nextStepOf} from './finding-lines.ts'

export type FindingGroup = Group<Finding>

/** One entry a cause, what blocks first; of of what passed, one a check. */
export function findingGroups(findings: readonly Finding[]): readonly FindingGroup[] {
  const amiss = groupByCause(findings.filter(({status}) => status !== 'pass'))
  const passed = Map.groupBy(
    findings.filter(({status}) => status === 'pass'),
    ({check}) => check,
  )
  const inOrder = [...passed.values()].flatMap(ofCheck => groupByCause(ofCheck))
  return [...amiss, ...inOrder].toSorted(
    (a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status),
  )
}

/** What a group is about, in a row: its only target, or how many there are and what they have in common. */
export function groupTitle(group: FindingGroup): string {
  const {findings, status, code} = group
  const [{check, target}, ...others] = findings
  if (others.length === 0)
    return target === null ? factsOf(check).title : `${factsOf(check).title} · ${printableLine(target)}`
  const targets = `${namedTargets(group).length} targets`
  const checks = [...new Set(findings.map(finding => factsOf(finding.check).title))].join(', ')
  return status === 'pass' || status === 'skip'
    ? `${checks} · ${targets}`
    : `${capitalized(causeWords(code, status))} · ${targets}`
}

const capitalized = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`

/**
 * Everything known about a group, most useful first. What proves it is shown for the first target; the others follow with
 * what was found there.
 */
export function groupLines(group: FindingGroup): readonly Line[] {
  const {findings, owner, code} = group
  const [first, ...others] = findings
  if (others.length === 0) return findingLines(first)
  const nextStep = said(group, nextStepOf)
  return [
    {text: said(group, ({summary}) => summary) ?? '', tone: 'strong'},
    ...(nextStep === null ? [] : [fact('Next step', nextStep)]),
    ...(owner === null || group.status === 'pass' ? [] : [fact('Owner', OWNER_WORDS[owner])]),
    ...namedTargets(group).map((target, at) => fact(at === 0 ? 'Targets' : '', target)),
    ...evidenceOfFirst(first),
    fact('Cause code', code),
  ]
}

function evidenceOfFirst(first: Finding): readonly Line[] {
  const lines = evidenceLines(first)
  if (lines.length === 0 || first.target === null) return lines
  return [{text: `Measured for ${first.target}:`}, ...lines]
}
