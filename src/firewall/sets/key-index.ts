import type {KeyInterval, KeyValue} from '../model/selector.ts'
import {and, MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'

export type KeyEntry<T> = {
  /** One interval for each part of the key; null for a part that was not understood. */
  readonly key: readonly (KeyInterval | null)[]
  readonly value: T
  /** Whether the entry counts depends on more than the key, such as a rate. */
  readonly unsure: boolean
}

/** For each part of the key the values that it may have; null: any. */
export type Query = readonly (readonly KeyInterval[] | null)[]

type Hit<T> = {readonly value: T; readonly match: Ternary}

type Found<T> = {readonly hits: readonly Hit<T>[]; readonly miss: Ternary}

type Loose<T> = {readonly entry: KeyEntry<T>; readonly within: KeyInterval}

/** Entries by key: a set (of any values) or a map, searched without looking at every entry. */
export class KeyIndex<T> {
  readonly entries: readonly KeyEntry<T>[]
  /** For keys that no entry holds. */
  readonly #otherwise: T | undefined
  /** The part of the key in which entries differ most. */
  readonly #part: number
  readonly #tree: IntervalTree<Loose<T>>
  readonly #loose: readonly KeyEntry<T>[]
  #spans: readonly KeyInterval[] | null = null

  constructor(entries: readonly KeyEntry<T>[], otherwise?: T) {
    this.entries = entries
    this.#otherwise = otherwise
    this.#part = mostVaried(entries)
    const ordered: Loose<T>[] = []
    const loose: KeyEntry<T>[] = []
    for (const entry of entries) {
      const within = entry.key[this.#part]
      if (within) ordered.push({entry, within})
      else loose.push(entry)
    }
    this.#tree = new IntervalTree(ordered)
    this.#loose = loose
  }

  /** Everything that a key may lead to. */
  *values(): Generator<T> {
    for (const {value} of this.entries) yield value
    if (this.#otherwise !== undefined) yield this.#otherwise
  }

  /** Whether an entry, any of them, holds the key. */
  contains(query: Query): Ternary {
    if (this.#otherwise !== undefined) return YES
    const [only] = query
    if (query.length === 1 && only && this.#simple()) return inSpans(this.#spans ?? [], only)
    let found: Ternary = NO
    for (const entry of this.#candidates(query)) {
      const match = matchEntry(entry, query)
      if (match === YES) return YES
      if (match > found) found = match
    }
    return found
  }

  /** Every value that the key may lead to. With `first`, no more than two: then the answer is not one. */
  find(query: Query, first: boolean): Found<T> {
    const hits: Hit<T>[] = []
    for (const entry of this.#candidates(query)) {
      const match = matchEntry(entry, query)
      if (match !== NO) hits.push({value: entry.value, match})
      if (first && hits.length > 1) break
    }
    const sure = hits.filter(({match}) => match === YES)
    if (sure.length === 1 && hits.length === 1) return {hits, miss: NO}
    if (sure.length > 0) return {hits: hits.map(({value}) => ({value, match: MAYBE})), miss: NO}
    const miss = hits.length === 0 ? YES : this.contains(query) === YES ? NO : MAYBE
    const otherwise = this.#otherwise
    if (otherwise === undefined || miss === NO) return {hits, miss}
    return {hits: [...hits, {value: otherwise, match: miss}], miss: NO}
  }

  *#candidates(query: Query): Generator<KeyEntry<T>> {
    yield* this.#loose
    const wanted = query[this.#part]
    if (!wanted) {
      for (const {entry} of this.#tree.all()) yield entry
      return
    }
    const several = wanted.length > 1 ? new Set<KeyEntry<T>>() : null
    for (const interval of wanted)
      for (const {entry} of this.#tree.overlapping(interval)) {
        if (several?.has(entry)) continue
        several?.add(entry)
        yield entry
      }
  }

  /** One part, all of it understood: then neighbouring entries are as good as one. */
  #simple(): boolean {
    if (this.#spans) return true
    if (this.#loose.length > 0 || this.entries.some(({unsure, key}) => unsure || key.length !== 1))
      return false
    this.#spans = merge(this.#tree.all().map(({within}) => within))
    return true
  }
}

function mostVaried<T>(entries: readonly KeyEntry<T>[]): number {
  const parts = entries[0]?.key.length ?? 0
  let best = 0
  let most = 0
  for (let part = 0; part < parts; part++) {
    const varied = new Set(entries.map(({key}) => key[part]?.lo)).size
    if (varied > most) {
      most = varied
      best = part
    }
  }
  return best
}

function matchEntry<T>({key, unsure}: KeyEntry<T>, query: Query): Ternary {
  if (key.length !== query.length) return MAYBE
  let match: Ternary = unsure ? MAYBE : YES
  for (const [part, within] of key.entries()) {
    const values = query[part]
    const answer = within && values ? insideOf(within, values) : MAYBE
    if (answer === NO) return NO
    match = and(match, answer)
  }
  return match
}

function insideOf(within: KeyInterval, values: readonly KeyInterval[]): Ternary {
  let every = true
  let some = false
  for (const {lo, hi} of values) {
    if (lo > within.hi || hi < within.lo) every = false
    else {
      some = true
      if (lo < within.lo || hi > within.hi) every = false
    }
  }
  return some ? (every ? YES : MAYBE) : NO
}

function merge(sorted: readonly KeyInterval[]): KeyInterval[] {
  const spans: KeyInterval[] = []
  for (const interval of sorted) {
    const last = spans.at(-1)
    if (last && (interval.lo <= last.hi || isNext(last.hi, interval.lo))) {
      if (interval.hi > last.hi) spans[spans.length - 1] = {lo: last.lo, hi: interval.hi}
    } else spans.push(interval)
  }
  return spans
}

function isNext(value: KeyValue, other: KeyValue): boolean {
  if (typeof value === 'string') return false
  return typeof value === 'bigint' ? value + 1n === other : value + 1 === other
}

function inSpans(spans: readonly KeyInterval[], values: readonly KeyInterval[]): Ternary {
  let every = true
  let some = false
  for (const {lo, hi} of values) {
    let low = 0
    let high = spans.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const span = spans[middle]
      if (span && span.hi < lo) low = middle + 1
      else high = middle
    }
    const span = spans[low]
    const inside = span !== undefined && span.lo <= lo && hi <= span.hi
    if (span !== undefined && span.lo <= hi) some = true
    if (!inside) every = false
  }
  return some ? (every ? YES : MAYBE) : NO
}

type Item = {readonly within: KeyInterval}

/** Intervals that may overlap one another, sorted by their beginning, with the highest end below each node. */
class IntervalTree<T extends Item> {
  readonly #items: readonly T[]
  readonly #highest: KeyValue[]

  constructor(items: readonly T[]) {
    this.#items = [...items].sort((a, b) => compare(a.within.lo, b.within.lo))
    this.#highest = new Array(items.length)
    this.#fill(0, items.length)
  }

  /** In the order of their beginnings. */
  all(): readonly T[] {
    return this.#items
  }

  overlapping(query: KeyInterval): T[] {
    const found: T[] = []
    this.#collect(0, this.#items.length, query, found)
    return found
  }

  #fill(from: number, to: number): KeyValue | null {
    if (from >= to) return null
    const middle = (from + to) >>> 1
    const left = this.#fill(from, middle)
    const right = this.#fill(middle + 1, to)
    let highest = this.#items[middle]?.within.hi ?? 0
    if (left !== null && left > highest) highest = left
    if (right !== null && right > highest) highest = right
    this.#highest[middle] = highest
    return highest
  }

  #collect(from: number, to: number, query: KeyInterval, found: T[]): void {
    if (from >= to) return
    const middle = (from + to) >>> 1
    const item = this.#items[middle]
    const highest = this.#highest[middle]
    if (!item || highest === undefined || highest < query.lo) return
    this.#collect(from, middle, query, found)
    if (item.within.lo > query.hi) return
    if (item.within.hi >= query.lo) found.push(item)
    this.#collect(middle + 1, to, query, found)
  }
}

function compare(a: KeyValue, b: KeyValue): number {
  return a < b ? -1 : a > b ? 1 : 0
}
