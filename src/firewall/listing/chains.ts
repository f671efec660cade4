import type {Blocker} from '../../contract/judgement.ts'
import {parseSave, type SavedTable} from '../iptables/save.ts'
import type {NftTable} from '../nft/document.ts'
import {readNftables} from '../nft/read.ts'
import type {LinuxFirewallState} from '../state.ts'
import type {IptablesEngine} from '../tools.ts'

/** A rule of a chain by its number from 1, or what happens to packets that reach the chain's end. */
export type ChainLine = {readonly number: number | 'policy'; readonly text: string}

/** A chain as its own tool lists it. Line n is rule n; a base chain ends with its policy. */
export type ListedChain = Pick<Blocker, 'engine' | 'family' | 'table' | 'chain'> & {
  readonly lines: readonly ChainLine[]
}

/** Where a captured state has what each engine's `iptables-save` printed. */
export const SAVES = [
  {field: 'iptablesLegacySave', engine: 'iptables-legacy', family: 'ip'},
  {field: 'ip6tablesLegacySave', engine: 'iptables-legacy', family: 'ip6'},
  {field: 'iptablesNftSave', engine: 'iptables-nft', family: 'ip'},
  {field: 'ip6tablesNftSave', engine: 'iptables-nft', family: 'ip6'},
] as const satisfies readonly {
  readonly field: keyof LinuxFirewallState
  readonly engine: IptablesEngine
  readonly family: 'ip' | 'ip6'
}[]

type Dump = (typeof SAVES)[number]

/** The chains of what `iptables-save` or `ip6tables-save` printed. */
export function chainsOfSave(saveText: string, dump: Omit<Dump, 'field'>): readonly ListedChain[] {
  return parseSave(saveText).tables.flatMap(table => chainsOfTable(table, dump))
}

function chainsOfTable(
  {name: table, chains, rules}: SavedTable,
  {engine, family}: Omit<Dump, 'field'>,
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
  const document = readNftables(state)
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
export function chainOf(state: LinuxFirewallState, blocker: Blocker): ListedChain | null {
  const {engine, family, table, chain} = blocker
  const isIt = (listed: ListedChain) =>
    listed.family === family && listed.table === table && listed.chain === chain
  const dump = SAVES.find(save => save.engine === engine && save.family === family)
  const saveText = dump ? state[dump.field] : null
  const printed = dump && saveText !== null ? chainsOfSave(saveText, dump).find(isIt) : undefined
  if (printed || engine === 'iptables-legacy') return printed ?? null
  // What iptables-nft-save cannot print, nft may list.
  return chainsOfNft(state).find(isIt) ?? null
}

/** Where a chain is, as a title: `chain OUTPUT, table filter (iptables-nft, ip)`. */
export function describeChain({engine, family, table, chain}: Omit<ListedChain, 'lines'>): string {
  return `chain ${chain}, table ${table} (${engine}, ${family})`
}
