import {readSourceItems, type SourceItem} from './source-words.ts'

/** What a file for `nft -f` says of one chain. */
export type SourceChain = {
  readonly rules: readonly SourceItem[]
  /** The closing brace of the only block that holds it; null where there are several, or none. */
  readonly end: SourceItem | null
}

export type Source = {
  /** By `family table chain`. */
  readonly chains: ReadonlyMap<string, SourceChain>
  /** Names of other files, as they are written: paths, or patterns. */
  readonly includes: readonly string[]
  /** It also takes rules away or puts them elsewhere, so that what it says of a chain is not what comes out. */
  readonly rewrites: boolean
}

type Draft = {readonly rules: SourceItem[]; readonly ends: SourceItem[]}

const TABLE = /^(?:(?:add|create) )?table (?:(ip6?|inet|arp|bridge|netdev) )?(\S+)$/
const REWRITES = /^(?:(?:insert|replace|delete|destroy|reset) rule|flush chain|rename) /

/** Reads tables, chains and rules of a file for `nft -f`, with its variables replaced by what they stand for. */
export function readSource(text: string): Source {
  const chains = new Map<string, Draft>()
  const chainOf = (key: string): Draft => {
    const known = chains.get(key) ?? {rules: [], ends: []}
    chains.set(key, known)
    return known
  }
  const variables = new Map<string, string>()
  const includes: string[] = []
  const items = readSourceItems(text)
  let rewrites = false
  /** Each open block: the table, and in it the chain, or null for a block that holds no rules. */
  const open: (string | null)[] = []
  for (const [index, item] of items.entries()) {
    const opens = items[index + 1]?.text === '{'
    const [table, chain] = open
    if (item.text === '{') continue
    if (item.text === '}') {
      if (open.length === 2 && typeof chain === 'string') chainOf(chain).ends.push(item)
      open.pop()
      continue
    }
    const include = /^include "([^"]+)"$/.exec(item.text)?.[1]
    if (include !== undefined) includes.push(include)
    else if (opens) open.push(blockName(item.text, table ?? null, open.length))
    else if (open.length === 2 && typeof chain === 'string') {
      if (!isHeader(item.text)) chainOf(chain).rules.push({...item, text: replaced(item.text, variables)})
    } else if (open.length === 0) {
      const variable = /^(?:re)?define (\S+) ?= ?(.*)$/.exec(item.text)
      if (variable?.[1] !== undefined) variables.set(variable[1], replaced(variable[2] ?? '', variables))
      const removed = /^(?:flush|delete|destroy) (ruleset|table )/.exec(item.text)
      rewrites ||= REWRITES.test(item.text) || (removed !== null && chains.size > 0)
      addCommand(item, chainOf, variables)
    }
  }
  return {
    includes,
    rewrites,
    chains: new Map(
      [...chains].map(([key, {rules, ends}]) => [
        key,
        {rules, end: ends.length === 1 ? (ends[0] ?? null) : null},
      ]),
    ),
  }
}

function blockName(text: string, table: string | null, depth: number): string | null {
  const [, family = 'ip', name] = TABLE.exec(text) ?? []
  if (depth === 0 && name !== undefined) return `${family} ${name}`
  const chain = /^chain (\S+)$/.exec(text)?.[1]
  return depth === 1 && table !== null && chain !== undefined ? `${table} ${chain}` : null
}

function isHeader(text: string): boolean {
  return /^(?:type \w+ hook |policy |comment "|devices? |flags )/.test(text)
}

/** `add rule …` outside of all blocks. */
function addCommand(item: SourceItem, chainOf: (key: string) => Draft, variables: Map<string, string>): void {
  const [, family = 'ip', table, chain, rule] =
    /^add rule (?:(ip6?|inet|arp|bridge|netdev) )?(\S+) (\S+) (.*)$/.exec(item.text) ?? []
  if (table === undefined || chain === undefined || rule === undefined) return
  chainOf(`${family} ${table} ${chain}`).rules.push({...item, text: `add rule ${replaced(rule, variables)}`})
}

function replaced(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\w+)/g, (whole, name: string) => variables.get(name) ?? whole)
}
