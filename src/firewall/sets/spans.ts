import {type Interval, next, previous, type Value} from '../address.ts'
import type {Partiality} from '../packet.ts'
import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'
import type {Element} from './address-set.ts'

/** Sorted, disjoint intervals of the addresses that a set holds. */
export type Spans = readonly Interval[]

/** Resolves nested elements, of which the most specific decides, into disjoint intervals. */
export function flatten(elements: readonly Element[]): Spans {
  const nested = elements.flatMap(({dimensions, nomatch}) => {
    const dimension = dimensions[0]
    return dimension?.kind === 'address' ? [{...dimension.within, nomatch}] : []
  })
  nested.sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : a.hi > b.hi ? -1 : a.hi < b.hi ? 1 : 0))
  const spans: Interval[] = []
  const open: {hi: Value; nomatch: boolean}[] = []
  let at = nested[0]?.lo ?? 0
  const emit = (hi: Value) => {
    const top = open.at(-1)
    if (top && !top.nomatch && at <= hi) push(spans, {lo: at, hi})
  }
  const closeBefore = (limit: Value | null) => {
    for (let top = open.at(-1); top && (limit === null || top.hi < limit); top = open.at(-1)) {
      emit(top.hi)
      if (at <= top.hi) at = next(top.hi)
      open.pop()
    }
  }
  for (const element of nested) {
    closeBefore(element.lo)
    if (open.length > 0 && at < element.lo) emit(previous(element.lo))
    at = element.lo
    open.push(element)
  }
  closeBefore(null)
  return spans
}

function push(spans: Interval[], span: Interval): void {
  const last = spans.at(-1)
  if (last && next(last.hi) === span.lo) spans[spans.length - 1] = {lo: last.lo, hi: span.hi}
  else spans.push(span)
}

/** Whether the addresses of `query` are in the set. */
export function inSpans(spans: Spans, query: Interval, partiality: Partiality): Ternary {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const span = spans[middle]
    if (span && span.hi < query.lo) low = middle + 1
    else high = middle
  }
  const span = spans[low]
  if (!span || span.lo > query.hi) return NO
  if (span.lo <= query.lo && query.hi <= span.hi) return YES
  partiality.seen = true
  return MAYBE
}
