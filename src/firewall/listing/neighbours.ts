import type {NeighbourLine} from '../../contract/finding.ts'
import type {Blocker} from '../../contract/judgement.ts'
import type {FirewallState} from '../state.ts'
import {chainOf} from './chains.ts'

/** Lines that are shown on either side. */
const AROUND = 2

/**
 * The rule that decides, between those that come before and after it in its chain. Empty where the chain is not listed,
 * and on Windows, whose rules have no order.
 */
export function neighboursOf(state: FirewallState, blocker: Blocker): readonly NeighbourLine[] {
  if (state.platform === 'win32' || blocker.engine === 'windows') return []
  const lines = chainOf(state, blocker)?.lines ?? []
  const at = lines.findIndex(({number}) => number === blocker.rule)
  if (at < 0) return []
  return lines
    .slice(Math.max(0, at - AROUND), at + AROUND + 1)
    .map(line => ({...line, decides: line.number === blocker.rule}))
}
