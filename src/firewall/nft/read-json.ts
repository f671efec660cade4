import {
  isObject,
  type JsonObject,
  type NftDocument,
  type NftHook,
  type NftRule,
  type NftSet,
  tagged,
} from './document.ts'
import type {Layout} from './layout.ts'

type Draft = {
  readonly family: string
  readonly name: string
  flags: unknown
  /** Whether the table itself was listed, as nft does before what it holds. */
  listed: boolean
  readonly chains: Map<string, {readonly hook: JsonObject | null; readonly rules: JsonObject[]}>
  readonly sets: Map<string, NftSet & {readonly elements: unknown[]}>
}

/**
 * Reads `nft -j list ruleset`; null when it is not the JSON that it should be, or empty where the text is not. `layout`
 * is the text of the same rule set: it holds what the JSON of some versions lacks, and each rule as people read it.
 */
export function readNftJson(json: string, layout: Layout | null): NftDocument | null {
  const entries = parseEntries(json)
  if (!entries || (entries.length === 0 && !isEmpty(layout))) return null
  const tables = new Map<string, Draft>()
  const problems: string[] = []
  for (const entry of entries) if (!addEntry(tables, entry)) problems.push(quote(entry))
  for (const {listed, family, name} of tables.values())
    if (!listed) problems.push(`table ${family} ${name} itself is missing`)
  return {
    problems,
    tables: [...tables.values()].map(draft => finishTable(draft, layout)),
  }
}

function isEmpty(layout: Layout | null): boolean {
  return layout !== null && layout.tables.size === 0 && layout.problems.length === 0
}

function parseEntries(json: string): readonly unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(json)
    const entries = isObject(parsed) ? parsed.nftables : null
    return Array.isArray(entries) ? entries : null
  } catch {
    return null
  }
}

const LONGEST_QUOTE = 200

function quote(value: unknown): string {
  const text = written(value)
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}

/** What is read without a limit can be nested too deeply to be written. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return 'nested more deeply than nft prints anything'
    throw error
  }
}

/** Objects that hold no rules and decide nothing. */
const BESIDE = new Set([
  'metainfo',
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'tunnel',
])

/** False for an entry that might be a rule, or change one, and was not understood. */
function addEntry(tables: Map<string, Draft>, entry: unknown): boolean {
  if (!isObject(entry)) return false
  const [kind, body] = tagged(entry) ?? []
  if (kind === undefined || !isObject(body)) return false
  if (BESIDE.has(kind)) return true
  const family = textOf(body.family)
  const name = textOf(kind === 'table' ? body.name : body.table)
  if (family === null || name === null) return false
  const table = tableOf(tables, family, name)
  if (kind === 'table') {
    const known = table.listed
    table.flags = body.flags
    table.listed = true
    return !known
  }
  switch (kind) {
    case 'chain':
      return addChain(table, body)
    case 'rule':
      return addRule(table, body)
    case 'set':
    case 'map':
      return addSet(table, body)
    case 'element':
      return addElements(table, body)
    default:
      return false
  }
}

function tableOf(tables: Map<string, Draft>, family: string, name: string): Draft {
  const id = `${family} ${name}`
  const known = tables.get(id)
  if (known) return known
  const draft = {family, name, flags: undefined, listed: false, chains: new Map(), sets: new Map()}
  tables.set(id, draft)
  return draft
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function addChain({chains}: Draft, body: JsonObject): boolean {
  const name = textOf(body.name)
  if (name === null || chains.has(name)) return false
  const {type, hook, prio, policy} = body
  const members = [type, hook, prio, policy]
  const isBase = members.every(one => typeof one === 'string' || typeof one === 'number')
  chains.set(name, {hook: isBase ? body : null, rules: []})
  // A base chain has all of them, any other none.
  return isBase || members.every(one => one === undefined)
}

function addRule({chains}: Draft, body: JsonObject): boolean {
  const chain = chains.get(textOf(body.chain) ?? '')
  if (!chain) return false
  chain.rules.push(body)
  return true
}

function addSet({sets}: Draft, body: JsonObject): boolean {
  const name = textOf(body.name)
  const elements = body.elem ?? []
  if (name === null || !Array.isArray(elements) || sets.has(name)) return false
  sets.set(name, {
    name,
    elements: [...elements],
    size: typeof body.size === 'number' ? body.size : null,
    unsure: !isHarmless(body.stmt),
  })
  return true
}

/** Statements of a set run when an element is found; a counter lets everything on. */
function isHarmless(statements: unknown): boolean {
  if (statements === undefined) return true
  return Array.isArray(statements) && statements.every(one => isObject(one) && 'counter' in one)
}

function addElements({sets}: Draft, body: JsonObject): boolean {
  const set = sets.get(textOf(body.name) ?? '')
  const elements = Array.isArray(body.elem) ? body.elem : body.elem === undefined ? [] : [body.elem]
  if (!set) return false
  set.elements.push(...elements)
  return true
}

function finishTable({family, name, flags, chains, sets}: Draft, layout: Layout | null) {
  const printed = layout?.tables.get(`${family} ${name}`)
  return {
    family,
    name,
    dormant: printed ? printed.dormant : isDormant(flags),
    sets,
    chains: [...chains].map(([chain, {hook, rules}]) => {
      const lines = printed?.chains.get(chain)
      const texts = lines?.rules.length === rules.length ? lines.rules : null
      return {
        name: chain,
        hook: hook && readHook(hook, family, lines?.header ?? null),
        rules: rules.map((rule, index) => readRule(rule, texts?.[index])),
      }
    }),
  }
}

const TABLE_FLAGS: readonly unknown[] = ['dormant', 'owner', 'persist']

/** Some versions print anything but the flags' names: then it cannot be told. */
function isDormant(flags: unknown): boolean | null {
  const names = flags === undefined ? [] : [flags].flat()
  return names.every(flag => TABLE_FLAGS.includes(flag)) ? names.includes('dormant') : null
}

function readRule({expr}: JsonObject, text: string | undefined): NftRule {
  const statements = Array.isArray(expr) ? expr : null
  return {statements, text: text ?? quote(expr ?? null)}
}

function readHook(
  {type, hook, prio, policy, dev}: JsonObject,
  family: string,
  header: {readonly text: string; readonly devices: readonly string[] | null} | null,
): NftHook {
  const named = dev === undefined ? null : [dev].flat().map(textOf)
  const bound = family === 'netdev' || hook === 'ingress' || hook === 'egress'
  return {
    type: String(type),
    name: String(hook),
    priority: typeof prio === 'number' ? prio : null,
    policy: String(policy),
    devices: bound ? (header?.devices ?? (named?.every(name => name !== null) ? named : null)) : null,
    text: header?.text ?? `type ${type} hook ${hook} priority ${prio}; policy ${policy};`,
  }
}
