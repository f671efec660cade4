import type {KeyInterval, KeyValue} from './selector.ts'

type Item = {readonly within: KeyInterval}

/** Intervals that may overlap one another, sorted by their beginning, with the highest end below each node. */
export class IntervalTree<T extends Item> {
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
