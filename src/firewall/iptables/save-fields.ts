/** Where a captured state has what each engine's `iptables-save` and `ip6tables-save` printed. */
export const SAVE_FIELDS = {
  'iptables-legacy': {ip: 'iptablesLegacySave', ip6: 'ip6tablesLegacySave'},
  'iptables-nft': {ip: 'iptablesNftSave', ip6: 'ip6tablesNftSave'},
} as const
