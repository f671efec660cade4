import type {FamilyInterval, Interval} from './address.ts'
import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

/** Whether every, some or no value of `query` is in `interval`. */
export function within(interval: Interval, query: Interval): Ternary {
  if (query.hi < interval.lo || interval.hi < query.lo) return NO
  return interval.lo <= query.lo && query.hi <= interval.hi ? YES : MAYBE
}

/** Whether all of `inner` is in `outer`, which holds nothing where it is null. */
export function liesWithin(inner: FamilyInterval, outer: FamilyInterval | null): boolean {
  return outer !== null && inner.family === outer.family && inner.lo >= outer.lo && inner.hi <= outer.hi
}
