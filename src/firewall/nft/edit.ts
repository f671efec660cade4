import type {LinuxFirewallState} from '../state/state.ts'
import {isObject, type JsonObject} from './document.ts'

/** A place in a chain of nf_tables: before the rule of that number, counted from 1, or after the last. */
export type NftPlace = {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly number: number | 'end'
}

/** A rule in both forms of `nft list`: text, and the statements of its JSON. */
export type NftNewRule = {readonly text: string; readonly statements: readonly unknown[]}

/** The state as it would be captured after one rule more was put there, in the JSON and in the text. */
export function insertNftRule(
  state: LinuxFirewallState,
  place: NftPlace,
  rule: NftNewRule,
): LinuxFirewallState {
  const {nftJson, nftText} = state
  return {
    ...state,
    nftJson: nftJson === null ? null : insertIntoJson(nftJson, place, rule),
    nftText: nftText === null ? null : insertIntoText(nftText, place, rule.text),
  }
}

/**
 * The number by which the kernel knows the rule before which the place is; null for a place at the end, and where
 * the JSON is missing or broken: the text has no handles.
 */
export function handleAt(nftJson: string | null, place: NftPlace): number | null {
  const entries = nftJson === null ? null : readEntries(nftJson)
  if (!entries || place.number === 'end') return null
  const handle = ruleOf(entries[rulesOf(entries, place)[place.number - 1] ?? -1])?.handle
  return typeof handle === 'number' ? handle : null
}

/** What is not the JSON that it should be stays as it is: then it is not what the rules are read from. */
function insertIntoJson(json: string, place: NftPlace, {statements}: NftNewRule): string {
  const entries = readEntries(json)
  if (!entries) return json
  const {family, table, chain} = place
  const rules = rulesOf(entries, place)
  const at = place.number === 'end' ? undefined : rules[place.number - 1]
  const rule = {rule: {family, table, chain, expr: statements}}
  return JSON.stringify({
    nftables: entries.toSpliced(at ?? (rules.at(-1) ?? entries.length - 1) + 1, 0, rule),
  })
}

function readEntries(json: string): readonly unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(json)
    return isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables : null
  } catch {
    return null
  }
}

/** Where the rules of the chain are among the entries, in their order. */
function rulesOf(entries: readonly unknown[], {family, table, chain}: NftPlace): readonly number[] {
  return entries.flatMap((entry, index) => {
    const rule = ruleOf(entry)
    return rule?.family === family && rule.table === table && rule.chain === chain ? [index] : []
  })
}

function ruleOf(entry: unknown): JsonObject | null {
  return isObject(entry) && isObject(entry.rule) ? entry.rule : null
}

function insertIntoText(text: string, {family, table, chain, number}: NftPlace, rule: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.startsWith(`table ${family} ${table} {`))
  const end = lines.findIndex((line, index) => index > start && line === '}')
  const top = lines.findIndex(
    (line, index) => index > start && index < end && line.trim().startsWith(`chain ${chain} {`),
  )
  if (start < 0 || top < 0) return text
  const bottom = lines.findIndex((line, index) => index > top && line.trim() === '}')
  const rules = lines.flatMap((line, index) =>
    index > top && index < bottom && isRule(line.trim()) ? [index] : [],
  )
  const at = number === 'end' ? undefined : rules[number - 1]
  return lines.toSpliced(at ?? bottom, 0, `\t\t${rule}`).join('\n')
}

function isRule(line: string): boolean {
  return line !== '' && !line.startsWith('#') && !/^type \S+ hook |^comment "/.test(line)
}

/** The state as it would be captured after every policy of these families was made `accept`, in JSON and text. */
export function withOpenPolicies(state: LinuxFirewallState, families: readonly string[]): LinuxFirewallState {
  const {nftJson, nftText} = state
  return {
    ...state,
    nftJson: nftJson && openInJson(nftJson, families),
    nftText: nftText && openInText(nftText, families),
  }
}

/** What is not the JSON that it should be stays as it is: then it is not what the rules are read from. */
function openInJson(json: string, families: readonly string[]): string {
  try {
    const parsed: unknown = JSON.parse(json)
    if (!isObject(parsed) || !Array.isArray(parsed.nftables)) return json
    return JSON.stringify({nftables: parsed.nftables.map(entry => opened(entry, families))})
  } catch {
    return json
  }
}

function opened(entry: unknown, families: readonly string[]): unknown {
  if (!isObject(entry) || !isObject(entry.chain) || entry.chain.policy !== 'drop') return entry
  if (!families.includes(String(entry.chain.family))) return entry
  return {chain: {...entry.chain, policy: 'accept'}}
}

function openInText(text: string, families: readonly string[]): string {
  let family = ''
  const lines = text.split('\n').map(line => {
    family = /^table (\S+) /.exec(line)?.[1] ?? family
    const isBase = /^\t\ttype \S+ hook /.test(line)
    return isBase && families.includes(family) ? line.replace('policy drop;', 'policy accept;') : line
  })
  return lines.join('\n')
}

/** The state as it would be captured after the table was removed, in the JSON and in the text. */
export function withoutNftTable(state: LinuxFirewallState, family: string, name: string): LinuxFirewallState {
  const {nftJson, nftText} = state
  return {
    ...state,
    nftJson: nftJson && removeFromJson(nftJson, family, name),
    nftText: nftText && removeFromText(nftText, family, name),
  }
}

/** What is not the JSON that it should be stays as it is: then it is not what the rules are read from. */
function removeFromJson(json: string, family: string, name: string): string {
  try {
    const parsed: unknown = JSON.parse(json)
    if (!isObject(parsed) || !Array.isArray(parsed.nftables)) return json
    return JSON.stringify({nftables: parsed.nftables.filter(entry => !isPartOf(entry, family, name))})
  } catch {
    return json
  }
}

function isPartOf(entry: unknown, family: string, name: string): boolean {
  if (!isObject(entry)) return false
  return Object.entries(entry).some(
    ([kind, body]) =>
      isObject(body) && body.family === family && (kind === 'table' ? body.name : body.table) === name,
  )
}

function removeFromText(text: string, family: string, name: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.startsWith(`table ${family} ${name} {`))
  const end = lines.findIndex((line, index) => index > start && line === '}')
  return start < 0 || end < 0 ? text : lines.toSpliced(start, end - start + 1).join('\n')
}
