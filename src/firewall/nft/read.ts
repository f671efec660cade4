import type {LinuxFirewallState} from '../state/state.ts'
import {isObject, type NftDocument, type NftTable} from './document.ts'
import {type Layout, layOut} from './layout.ts'
import {readNftJson} from './read-json.ts'
import {readTextTable} from './text/table.ts'

/**
 * Reads the rule set of nf_tables as captured: from the JSON, and from the text where the JSON is missing, broken or
 * does not show what a table holds. A string says why nothing could be read; no nf_tables at all is an empty document.
 *
 * What nft prints where there are no rules: nothing as text, and as JSON `{"nftables": [{"metainfo": …}]}`, without
 * metainfo before version 0.9.1.
 */
export function readNftables(state: LinuxFirewallState): NftDocument | string {
  const {nftJson, nftText, unreadable} = state
  const layout = nftText === null || unreadable.nftText !== undefined ? null : layOut(nftText)
  const json = nftJson === null || unreadable.nftJson !== undefined ? null : readNftJson(nftJson, layout)
  if (json) return layout ? completed(json, layout) : json
  // Broken JSON is no proof of rules, but it is none of their absence either.
  const broken = nftJson !== null && nftJson.trim() !== ''
  if (layout === null) {
    if (nftJson !== null && unreadable.nftJson === undefined && unreadable.nftText === undefined)
      return broken
        ? 'nftJson is not what `nft -j list ruleset` prints'
        : 'nftJson is empty, and there is no nftText'
    return unreadable.nftText ?? unreadable.nftJson ?? {problems: [], tables: []}
  }
  const lost = broken ? tablesNamedIn(nftJson).filter(table => !layout.tables.has(table)) : []
  if (broken && layout.tables.size === 0)
    return 'nftJson is not what `nft -j list ruleset` prints, and nftText is empty'
  return {
    problems: [...layout.problems, ...lost.map(table => `nftText lacks table ${table}, which nftJson names`)],
    tables: [...layout.tables.values()].map(readTextTable),
  }
}

/** Tables in JSON that breaks off, by family and name. */
function tablesNamedIn(json: string): readonly string[] {
  const tables = json.matchAll(/"table": ?\{"family": ?"(\w+)", ?"name": ?"([^"\\]+)"/g)
  return [...tables].map(([, family, name]) => `${family} ${name}`)
}

/** Takes from the text what the JSON does not have: whole tables, and the extensions of iptables. */
function completed({tables, problems}: NftDocument, layout: Layout): NftDocument {
  const printed = (table: NftTable) => layout.tables.get(`${table.family} ${table.name}`)
  const known = new Set(tables.map(table => printed(table)))
  const added = [...layout.tables.values()].filter(table => !known.has(table))
  const replaced = new Map(
    tables.flatMap(table => {
      const text = holdsExtensions(table) ? printed(table) : undefined
      return text ? [[table, readTextTable(text)]] : []
    }),
  )
  return {
    problems: [...problems, ...(added.length + replaced.size > 0 ? layout.problems : [])],
    tables: [...tables.map(table => replaced.get(table) ?? table), ...added.map(readTextTable)],
  }
}

/** `xt`: parts of a rule that only iptables can print. */
export function holdsExtensions({chains}: NftTable): boolean {
  return chains.some(({rules}) =>
    rules.some(({statements}) => statements?.some(statement => isObject(statement) && 'xt' in statement)),
  )
}
