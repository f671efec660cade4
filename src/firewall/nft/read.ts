import type {LinuxFirewallState} from '../state.ts'
import {isObject, type NftDocument, type NftTable} from './document.ts'
import {type Layout, layOut} from './layout.ts'
import {readNftJson} from './read-json.ts'
import {readTextTable} from './text/table.ts'

/**
 * Reads the rule set of nf_tables as captured: from the JSON, and from the text where the JSON is missing, broken or
 * does not show what a table holds. A string says why nothing could be read; no nf_tables at all is an empty document.
 */
export function readNftables(state: LinuxFirewallState): NftDocument | string {
  const {nftJson, nftText, unreadable} = state
  const layout = nftText === null || unreadable.nftText !== undefined ? null : layOut(nftText)
  const json = nftJson === null || unreadable.nftJson !== undefined ? null : nftJson
  const read = json === null ? null : readNftJson(json, layout)
  if (read) return layout ? completed(read, layout) : read
  if (layout) return {problems: layout.problems, tables: [...layout.tables.values()].map(readTextTable)}
  if (json !== null) return json.trim() === '' ? {problems: [], tables: []} : 'not valid JSON'
  return unreadable.nftText ?? unreadable.nftJson ?? {problems: [], tables: []}
}

/** Takes from the text what the JSON does not have: whole tables, and the extensions of iptables. */
function completed({tables, problems}: NftDocument, layout: Layout): NftDocument {
  const printed = (table: NftTable) => layout.tables.get(`${table.family} ${table.name}`)
  const known = new Set(tables.map(table => printed(table)))
  return {
    problems,
    tables: [
      ...tables.map(table => {
        const text = holdsExtensions(table) ? printed(table) : undefined
        return text ? readTextTable(text) : table
      }),
      ...[...layout.tables.values()].filter(table => !known.has(table)).map(readTextTable),
    ],
  }
}

/** `xt`: parts of a rule that only iptables can print. */
export function holdsExtensions({chains}: NftTable): boolean {
  return chains.some(({rules}) =>
    rules.some(({statements}) => statements?.some(statement => isObject(statement) && 'xt' in statement)),
  )
}
