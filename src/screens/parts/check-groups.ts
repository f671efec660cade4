import {type CheckGroup, factsOf} from '../../contract/checks.ts'
import type {CheckRow} from './check-rows.ts'

/** Checks that look at the same thing, in the order in which they are shown. */
const TITLES: readonly (readonly [CheckGroup, string])[] = [
  ['server', 'This server'],
  ['firewall', 'Host firewall'],
  ['aws', 'The path to AWS'],
  ['staging', 'The path to the staging area subnet'],
]

/** A row of a list of checks: a check, or the title of those below it. */
export type CheckItem =
  | {readonly kind: 'title'; readonly text: string}
  | {readonly kind: 'check'; readonly row: CheckRow}

/** Checks under the titles of their groups; without titles where these would not fit into so many rows. */
export function checkItems(rows: readonly CheckRow[], height: number): readonly CheckItem[] {
  const grouped = TITLES.flatMap(([group, title]): CheckItem[] => {
    const own = rows.filter(({id}) => factsOf(id).group === group)
    return own.length === 0 ? [] : [{kind: 'title', text: title}, ...own.map(itemOf)]
  })
  return grouped.length <= height ? grouped : rows.map(itemOf)
}

const itemOf = (row: CheckRow): CheckItem => ({kind: 'check', row})
