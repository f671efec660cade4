/** What a file for `nft -f` says of one chain. */
type SourceChain = {
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

/** One statement of a file for `nft -f`, or a brace that opens or closes a block. */
export type SourceItem = {
  readonly text: string
  /** Number from 1 of the line on which it begins. */
  readonly line: number
  /** Nothing but blanks is before it on that line. */
  readonly startsLine: boolean
}

/** What a brace opens a block after, by how many blocks it is in. Any other brace is that of a set in a rule. */
const OPENS_BLOCK: readonly RegExp[] = [
  /^(?:(?:add |create )?table (?:\S+ )?\S+|(?:add|create) (?:chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct \w+) .*)$/,
  /^(?:chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct \w+) \S+$/,
]

/**
 * Splits a file for `nft -f` into statements, and the braces of tables, chains and the like. Comments are left out; a
 * statement over several lines is one; blanks are single.
 * Source: nft(8), Lexical conventions.
 */
function readSourceItems(source: string): readonly SourceItem[] {
  const items: SourceItem[] = []
  let text = ''
  let begun = {line: 1, startsLine: true}
  let line = 1
  let startsLine = true
  let blocks = 0
  let depth = 0
  const end = () => {
    if (text.trim() !== '') items.push({text: text.trim().replace(/\s+/g, ' '), ...begun})
    text = ''
  }
  for (const [token] of source.matchAll(/"[^"\n]*"|#[^\n]*|\\\n|\n|[;{}]|[^"#\\\n;{}]+|[\s\S]/g)) {
    const here = {line, startsLine}
    if (token.includes('\n')) line++
    if (token === '\n') startsLine = true
    else if (token.trim() !== '') startsLine = false
    const isBreak = token === '\n' || token === ';'
    if (token.startsWith('#')) continue
    if (token === '\\\n' || (depth > 0 && token === '\n')) text += ' '
    else if (isBreak) end()
    else if (token === '{' && depth === 0 && OPENS_BLOCK[blocks]?.test(text.trim().replace(/\s+/g, ' '))) {
      end()
      blocks++
      items.push({text: '{', ...here})
    } else if (token === '}' && depth === 0) {
      end()
      blocks--
      items.push({text: '}', ...here})
    } else {
      if (token === '{') depth++
      if (token === '}') depth--
      if (text.trim() === '' && token.trim() !== '') begun = here
      text += token
    }
  }
  end()
  return items
}

/**
 * The path, or pattern of paths, that an `include` of a file for `nft -f` means. nft is built to look for names
 * without a leading slash in /etc.
 * Source: nft(8), Including files.
 */
export function includedPath(include: string): string {
  return include.startsWith('/') ? include : `/etc/${include.replace(/^\.\//, '')}`
}

/** What a pattern with `*` and `?` matches: neither goes beyond a slash. */
export function pathPattern(path: string): RegExp {
  const quoted = path.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${quoted.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
}
