import {IPTABLES_ENGINES} from '../../contract/engines.ts'
import type {SurroundingRule} from '../../contract/evidence.ts'
import type {Blocker} from '../../contract/judgement.ts'
import {SAVE_FIELDS, type SavedTable} from '../iptables/save.ts'
import type {NftTable} from '../nft/document.ts'
import {parsedFirewall} from '../parsed.ts'
import type {FirewallState, LinuxFirewallState} from '../state/state.ts'

/** A rule of a chain by its number from 1, or what happens to packets that reach the chain's end. */
type ChainLine = {readonly number: number | 'policy'; readonly text: string}

/** A chain as its own tool lists it. Line n is rule n; a base chain ends with its policy. */
export type ListedChain = Pick<Blocker, 'engine' | 'family' | 'table' | 'chain'> & {
  readonly lines: readonly ChainLine[]
}

const FAMILIES = ['ip', 'ip6'] as const

/** Each dump of iptables that a captured state may have, and what it shows. */
export const DUMPS = IPTABLES_ENGINES.flatMap(engine =>
  FAMILIES.map(family => ({engine, family, field: SAVE_FIELDS[engine][family]})),
)

type Dump = (typeof DUMPS)[number]

/** The chains of what `iptables-save` or `ip6tables-save` printed; none where there is no such dump. */
export function chainsOfSave(state: LinuxFirewallState, dump: Dump): readonly ListedChain[] {
  const {tables = []} = parsedFirewall(state).save(dump.field) ?? {}
  return tables.flatMap(table => chainsOfTable(table, dump))
}

function chainsOfTable(
  {name: table, chains, rules}: SavedTable,
  {engine, family}: Dump,
): readonly ListedChain[] {
  const texts = Map.groupBy(rules, ({chain}) => chain)
  return chains.map(({name: chain, policy}) => ({
    engine,
    family,
    table,
    chain,
    lines: [
      ...numbered((texts.get(chain) ?? []).map(({text}) => text)),
      ...(policy === '-' ? [] : [{number: 'policy' as const, text: `-P ${chain} ${policy}`}]),
    ],
  }))
}

/** The chains of all tables of nf_tables, those that iptables made included; none where they cannot be read. */
export function chainsOfNft(state: LinuxFirewallState): readonly ListedChain[] {
  const document = parsedFirewall(state).nftables()
  return typeof document === 'string' ? [] : document.tables.flatMap(chainsOfNftTable)
}

function chainsOfNftTable({family, name: table, chains}: NftTable): readonly ListedChain[] {
  return chains.map(({name: chain, hook, rules}) => ({
    engine: 'nft',
    family,
    table,
    chain,
    lines: [
      ...numbered(rules.map(({text}) => text)),
      ...(hook === null ? [] : [{number: 'policy' as const, text: hook.text}]),
    ],
  }))
}

function numbered(texts: readonly string[]): readonly ChainLine[] {
  return texts.map((text, index) => ({number: index + 1, text}))
}

/** The chain that holds a blocker, as the tool lists it whose rule it is; null where it is not listed. */
function chainOf(state: LinuxFirewallState, blocker: Blocker): ListedChain | null {
  const {engine, family, table, chain} = blocker
  const isIt = (listed: ListedChain) =>
    listed.family === family && listed.table === table && listed.chain === chain
  const dump = DUMPS.find(save => save.engine === engine && save.family === family)
  const printed = dump && chainsOfSave(state, dump).find(isIt)
  if (printed || engine.endsWith('-legacy')) return printed ?? null
  // What iptables-nft-save cannot print, nft may list.
  return chainsOfNft(state).find(isIt) ?? null
}

/** Where a chain is, as a title: `chain OUTPUT, table filter (iptables-nft, ip)`. */
export function describeChain({engine, family, table, chain}: Omit<ListedChain, 'lines'>): string {
  return `chain ${chain}, table ${table} (${engine}, ${family})`
}

/** Lines that are shown on either side. */
const AROUND = 2

/**
 * The rule that decides, between those that come before and after it in its chain. Empty where the chain is not listed,
 * and on Windows, whose rules have no order.
 */
export function surroundingRules(state: FirewallState, blocker: Blocker): readonly SurroundingRule[] {
  if (state.platform === 'win32' || blocker.engine === 'windows') return []
  const lines = chainOf(state, blocker)?.lines ?? []
  const at = lines.findIndex(({number}) => number === blocker.rule)
  if (at < 0) return []
  return lines
    .slice(Math.max(0, at - AROUND), at + AROUND + 1)
    .map(line => ({...line, decides: line.number === blocker.rule}))
}
