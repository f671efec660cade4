import type {Save} from '../iptables/save.ts'
import type {Family} from '../model/address.ts'
import type {BaseChain, RuleSource} from '../model/rules.ts'
import {unknownBase} from '../model/rules.ts'
import {type Built, buildTable, concerns, type TableContext} from './build.ts'
import type {NftDocument, NftTable} from './document.ts'
import {holdsExtensions} from './read.ts'

const IPTABLES_TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security'])

/** Tables of nf_tables, those of iptables apart, for one address family's packets of a protocol. */
export function buildNative(
  document: NftDocument | string,
  family: Family,
  iptables: Save | null,
  {protocol, queues, traits}: Pick<TableContext, 'protocol' | 'queues' | 'traits'>,
): Built {
  const name = protocol === 'arp' ? 'arp' : family === 4 ? 'ip' : 'ip6'
  const unread = (text: string) =>
    unknownBase({engine: 'nft', family: name, table: '', chain: 'OUTPUT', text})
  if (typeof document === 'string')
    return {bases: [unread(`nft list ruleset could not be read: ${document}`)], chains: []}
  let madeBefore = 0
  const built = document.tables.map(table => {
    const before = madeBefore
    madeBefore += table.chains.length
    if (!concerns(table, family, protocol)) return {bases: [], chains: []}
    const printed = printedChains(table, iptables)
    return buildTable(table, {
      family,
      protocol,
      queues,
      traits,
      engine: engineOf(table, iptables),
      madeBefore: before,
      leaveOut: ({name}) => printed.has(name),
    })
  })
  return {
    bases: [
      ...built.flatMap(({bases}) => bases),
      ...document.problems.map(problem => unread(`nft list ruleset: ${problem}`)),
    ],
    chains: built.flatMap(({chains}) => chains),
  }
}

/**
 * Chains of iptables-nft are judged from its own dump, which holds what `nft` cannot print. Base chains that somebody
 * else has added to the same table are missing there.
 */
function printedChains(table: NftTable, iptables: Save | null): ReadonlySet<string> {
  const printed = isOfIptables(table) ? iptables?.tables.find(({name}) => name === table.name) : null
  return new Set(printed?.chains.map(chain => chain.name))
}

/** Tables that iptables made and does not print are iptables' all the same. */
function engineOf(table: NftTable, iptables: Save | null): RuleSource['engine'] {
  if (!isOfIptables(table) || printedChains(table, iptables).size > 0) return 'nft'
  const bases = table.chains.filter(({hook}) => hook)
  const named = bases.length > 0 && bases.every(({name, hook}) => name === hook?.name.toUpperCase())
  return named || holdsExtensions(table) ? 'iptables-nft' : 'nft'
}

function isOfIptables({family, name}: NftTable): boolean {
  return (family === 'ip' || family === 'ip6') && IPTABLES_TABLES.has(name)
}

/** Names of tables that `iptables-nft-save` could not print and that nft shows. */
export function shownByNft(document: NftDocument | string, family: Family): ReadonlySet<string> {
  if (typeof document === 'string') return new Set()
  const own = document.tables.filter(table => table.family === (family === 4 ? 'ip' : 'ip6'))
  return new Set(own.map(({name}) => name))
}

/** Tells chains of iptables-nft their place among those of nf_tables. */
export function inOrderMade(bases: readonly BaseChain[], document: NftDocument | string): BaseChain[] {
  if (typeof document === 'string') return [...bases]
  const names = document.tables.flatMap(({family, name, chains}) =>
    chains.map(chain => `${family} ${name} ${chain.name}`),
  )
  const made = new Map(names.map((name, index) => [name, index + 1]))
  return bases.map(base => {
    const {family, table, chain} = base.policy.source
    const place = made.get(`${family} ${table} ${chain}`)
    return place === undefined ? base : {...base, made: place}
  })
}

/** Whether nft shows what iptables-nft-save could not be made to print. */
export function showsIptables(document: NftDocument | string, family: Family): boolean {
  if (typeof document === 'string' || document.problems.length > 0) return false
  return document.tables.some(table => isOfIptables(table) && concerns(table, family, 'tcp'))
}
