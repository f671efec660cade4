/** The programs of rules that a packet can meet, by the tool that prints and changes them. Part of the public interface. */
export const ENGINES = ['iptables-legacy', 'iptables-nft', 'arptables-legacy', 'nft', 'windows'] as const

export type Engine = (typeof ENGINES)[number]

/** The engines that the `iptables` family of programs can write to. */
export const IPTABLES_ENGINES = ['iptables-legacy', 'iptables-nft'] as const satisfies readonly Engine[]

export type IptablesEngine = (typeof IPTABLES_ENGINES)[number]

export function isIptables(engine: Engine): engine is IptablesEngine {
  return IPTABLES_ENGINES.some(each => each === engine)
}

/** What each is called in sentences. */
export const ENGINE_NAMES: Readonly<Record<Engine, string>> = {
  'iptables-legacy': 'iptables (legacy)',
  'iptables-nft': 'iptables (nf_tables)',
  'arptables-legacy': 'arptables (legacy)',
  nft: 'nftables',
  windows: 'Windows Firewall',
}
