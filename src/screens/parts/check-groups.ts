import type {CheckId} from '../../contract/check-ids.ts'
import type {CheckRow} from './check-rows.ts'

/** Checks that look at the same thing, in the order in which they are shown. */
const GROUPS: readonly {readonly title: string; readonly checks: readonly CheckId[]}[] = [
  {title: 'This server', checks: ['os', 'privileges']},
  {title: 'Host firewall', checks: ['firewall-443', 'firewall-1500']},
  {title: 'The path to AWS', checks: ['drs-endpoint', 's3-buckets', 'ec2-endpoint', 'installer-download']},
  {title: 'The path to the staging area subnet', checks: ['replication-1500']},
]

/** A row of a list of checks: a check, or the title of those below it. */
export type CheckItem =
  | {readonly kind: 'title'; readonly text: string}
  | {readonly kind: 'check'; readonly row: CheckRow}

/** Checks under the titles of their groups; without titles where these would not fit into so many rows. */
export function checkItems(rows: readonly CheckRow[], height: number): readonly CheckItem[] {
  const grouped = GROUPS.flatMap(({title, checks}): CheckItem[] => {
    const own = rows.filter(({id}) => checks.includes(id))
    return own.length === 0 ? [] : [{kind: 'title', text: title}, ...own.map(itemOf)]
  })
  return grouped.length <= height ? grouped : rows.map(itemOf)
}

const itemOf = (row: CheckRow): CheckItem => ({kind: 'check', row})
