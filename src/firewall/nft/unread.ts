import type {Family} from '../address.ts'
import {unknownBase} from '../iptables/build.ts'
import type {Save} from '../iptables/save.ts'
import type {BaseChain} from '../model.ts'
import type {LinuxFirewallState} from '../state.ts'
import {type NativeChain, nativeChainsInJson, nativeChainsInText} from './native-chains.ts'

const IPTABLES_TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security'])
const HOOKS = new Set(['prerouting', 'input', 'output', 'postrouting', 'ingress', 'egress'])

/** Native nf_tables chains that see the connection and are not understood: each may do anything. */
export function unreadNftChains(
  state: LinuxFirewallState,
  family: Family,
  iptables: Save | null,
): BaseChain[] {
  const name = family === 4 ? 'ip' : 'ip6'
  const reason =
    state.unreadable.nftText !== undefined && state.nftText === null ? state.unreadable.nftText : null
  const chains = readChains(state)
  if (chains === null) {
    const text = `nft list ruleset could not be read: ${reason ?? state.unreadable.nftJson ?? 'not valid JSON'}`
    return [unknownBase({engine: 'nft', family: name, table: '', chain: 'OUTPUT', text})]
  }
  return chains
    .filter(chain => concerns(chain, name) && !belongsToIptables(chain, name, iptables))
    .map(chain => unknownBase({...sourceOf(chain), engine: 'nft'}))
}

/** Null when there is an nft ruleset that cannot be read; empty when there is none. */
function readChains({nftText, nftJson, unreadable}: LinuxFirewallState): NativeChain[] | null {
  if (nftText !== null && unreadable.nftText === undefined) return nativeChainsInText(nftText)
  if (nftJson !== null && unreadable.nftJson === undefined)
    return nftJson.trim() === '' ? [] : nativeChainsInJson(nftJson)
  const broken = unreadable.nftText !== undefined || unreadable.nftJson !== undefined
  return broken ? null : []
}

function concerns({family, hook, harmless}: NativeChain, name: 'ip' | 'ip6'): boolean {
  return !harmless && HOOKS.has(hook) && [name, 'inet', 'netdev', 'bridge'].includes(family)
}

/** Tables of iptables-nft are judged from its own dump, which holds what `nft` cannot print. */
function belongsToIptables({family, table}: NativeChain, name: string, iptables: Save | null): boolean {
  if (family !== name || !IPTABLES_TABLES.has(table) || !iptables) return false
  return iptables.incompatible.includes(table) || iptables.tables.some(one => one.name === table)
}

function sourceOf({family, table, chain, hook}: NativeChain) {
  return {family, table, chain, text: `table ${family} ${table}, chain ${chain} (hook ${hook})`}
}
