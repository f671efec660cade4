import {nativeChainsInText} from './nft/native-chains.ts'
import type {LinuxFirewallState} from './state.ts'

const IPTABLES_TABLE = /^(?:filter|nat|mangle|raw|security)$/

/** The engines that hold a rule, or a chain whose policy does not accept. Pure. */
export function enginesWithRules(state: LinuxFirewallState): readonly string[] {
  const legacy = filters(state.iptablesLegacySave) || filters(state.ip6tablesLegacySave)
  const nft = filters(state.iptablesNftSave) || filters(state.ip6tablesNftSave)
  const native = nativeChainsInText(state.nftText ?? '').some(
    ({family, table, harmless}) => !harmless && !(/^ip6?$/.test(family) && IPTABLES_TABLE.test(table)),
  )
  return [
    ...(legacy ? ['iptables-legacy'] : []),
    ...(nft ? ['iptables-nft'] : []),
    ...(native ? ['nft'] : []),
  ]
}

function filters(save: string | null): boolean {
  return save !== null && /^(?:\[\d+:\d+\] )?-A |^:\S+ DROP/m.test(save)
}
