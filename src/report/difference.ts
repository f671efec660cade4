import {causeKey, type Found, type Group, groupByCause} from './groups.ts'

/** What differs between two runs on one server, by cause. */
export type Difference<F extends Found> = {
  readonly fixed: readonly Group<F>[]
  readonly added: readonly Group<F>[]
}

const blocks = ({status}: Pick<Found, 'status'>): boolean => status === 'fail' || status === 'error'

/**
 * The causes that blocked in the run before and do not any more, and those that block now and did not. A cause whose check
 * is now skipped is not fixed: nobody knows.
 */
export function differenceBetween<F extends Found>(before: readonly F[], now: readonly F[]): Difference<F> {
  const skipped = new Set(now.filter(({status}) => status === 'skip').map(({check}) => check))
  const keysOf = (findings: readonly F[]) => new Set(findings.filter(blocks).map(causeKey))
  const [keysBefore, keysNow] = [keysOf(before), keysOf(now)]
  const blocking = (findings: readonly F[]) => groupByCause(findings).filter(blocks)
  return {
    fixed: blocking(before).filter(
      ({findings}) =>
        findings.every(finding => !keysNow.has(causeKey(finding))) &&
        findings.every(({check}) => !skipped.has(check)),
    ),
    added: blocking(now).filter(({findings}) =>
      findings.every(finding => !keysBefore.has(causeKey(finding))),
    ),
  }
}

/** `2 fixed, 1 new`, or `no change`. */
export function differenceText<F extends Found>({fixed, added}: Difference<F>): string {
  const parts = [
    ...(fixed.length === 0 ? [] : [`${fixed.length} fixed`]),
    ...(added.length === 0 ? [] : [`${added.length} new`]),
  ]
  return parts.length === 0 ? 'no change' : parts.join(', ')
}
