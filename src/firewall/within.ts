import type {Interval} from './address.ts'
import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

/** Whether every, some or no value of `query` lies in `interval`. */
export function within(interval: Interval, query: Interval): Ternary {
  if (query.hi < interval.lo || interval.hi < query.lo) return NO
  return interval.lo <= query.lo && query.hi <= interval.hi ? YES : MAYBE
}
