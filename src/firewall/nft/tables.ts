import type {Rule} from '../model/rules.ts'
import type {ChangingSets} from '../sets/changing-sets.ts'
import {type KeyEntry, KeyIndex} from '../sets/key-index.ts'
import {isObject, type NftSet, type NftTable, tagged} from './document.ts'
import {readInterval, type ValueType} from './values.ts'

/** Members of an element that do not decide whether it counts. */
const BESIDE = new Set(['val', 'timeout', 'expires', 'comment', 'counter', 'last'])

type Unwrapped = {readonly key: unknown; readonly unsure: boolean}

function unwrap(element: unknown): Unwrapped {
  const [tag, body] = tagged(element) ?? []
  if (tag !== 'elem' || !isObject(body)) return {key: element, unsure: false}
  return {key: body.val, unsure: Object.keys(body).some(member => !BESIDE.has(member))}
}

/** Builds the index of elements whose keys have these types; a `*` among them holds every key. */
export function indexOf<T>(
  elements: readonly {readonly key: unknown; readonly value: T}[],
  types: readonly ValueType[],
  allUnsure: boolean,
): KeyIndex<T> {
  const entries: KeyEntry<T>[] = []
  let otherwise: T | undefined
  for (const {key: element, value} of elements) {
    const {key, unsure} = unwrap(element)
    if (key === '*' && !unsure && !allUnsure) otherwise = value
    else entries.push({key: readKeyOf(key, types), value, unsure: unsure || allUnsure})
  }
  return new KeyIndex(entries, otherwise)
}

function readKeyOf(key: unknown, types: readonly ValueType[]): KeyEntry<unknown>['key'] {
  const [tag, body] = tagged(key) ?? []
  const parts = tag === 'concat' && Array.isArray(body) ? body : [key]
  return types.map((type, index) => (parts.length === types.length ? readInterval(parts[index], type) : null))
}

/** A table's sets, each indexed once for each way in which it is used. */
export class TableSets {
  readonly #sets: NftTable['sets']
  readonly #table: string
  readonly #changing: ReadonlySet<string>
  readonly #indexed = new Map<string, KeyIndex<unknown>>()

  constructor({family, name, sets, chains}: NftTable) {
    this.#sets = sets
    this.#table = `${family} ${name}`
    this.#changing = new Set(
      chains.flatMap(({rules}) =>
        rules.flatMap(({statements, text}) => (statements ? changedBy(statements) : namesIn(text))),
      ),
    )
  }

  get(name: string): NftSet | null {
    return this.#sets.get(name) ?? null
  }

  /** Name of a set beyond its table. */
  id(name: string): string {
    return `${this.#table} ${name}`
  }

  /** What of a set its rules change while packets pass. */
  changing(name: string): {readonly changing?: ChangingSets} {
    return this.#changing.has(name) ? {changing: [this.id(name)]} : {}
  }

  /** Null for a set that is not known. */
  keys(name: string, types: readonly ValueType[]): KeyIndex<unknown> | null {
    const set = this.get(name)
    if (!set) return null
    return this.#once(`${name} ${JSON.stringify(types)}`, () =>
      indexOf(
        set.elements.map(key => ({key, value: true})),
        types,
        set.unsure,
      ),
    )
  }

  /** What a map holds that is named as `@name` or `name`; null as `keys`, or where rules change it. */
  pairs(reference: string): readonly unknown[] | null {
    const name = reference.replace(/^@/, '')
    return this.#changing.has(name) ? null : (this.get(name)?.elements ?? null)
  }

  /** Null as `keys`, or when an element is no pair. `ruleOf` gives the same rule for the same value. */
  map(name: string, types: readonly ValueType[], ruleOf: (value: unknown) => Rule): KeyIndex<Rule> | null {
    const set = this.get(name)
    return set ? mapOf(set.elements, types, ruleOf, set.unsure) : null
  }

  #once(id: string, build: () => KeyIndex<unknown>): KeyIndex<unknown> {
    const known = this.#indexed.get(id)
    if (known) return known
    const built = build()
    this.#indexed.set(id, built)
    return built
  }
}

export function mapOf(
  pairs: readonly unknown[],
  types: readonly ValueType[],
  ruleOf: (value: unknown) => Rule,
  unsure: boolean,
): KeyIndex<Rule> | null {
  const elements: {key: unknown; value: Rule}[] = []
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return null
    elements.push({key: pair[0], value: ruleOf(pair[1])})
  }
  return indexOf(elements, types, unsure)
}

/** Sets and meters that a rule which is not understood names, and may change. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/@(\S+)|\bmeter (\S+)/g)].flatMap(([, set, meter]) => set ?? meter ?? [])
}

/** Names of sets and maps that a rule's statements add to or take from. */
function changedBy(statements: readonly unknown[]): string[] {
  return statements.flatMap(statement => {
    const [tag, body] = tagged(statement) ?? []
    if ((tag !== 'set' && tag !== 'map' && tag !== 'meter') || !isObject(body)) return []
    return [body.set, body.map, body.name].flatMap(name =>
      typeof name === 'string' ? [name.replace(/^@/, '')] : [],
    )
  })
}
