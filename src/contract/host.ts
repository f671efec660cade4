/** What is known about the source server this runs on. */
export type HostFacts = {
  readonly hostname: string
  readonly platform: 'linux' | 'win32'
  /** Machine-readable id: os-release ID (`debian`, `rhel`, …) or `windows`. */
  readonly osId: string
  /** Name for humans: os-release NAME. */
  readonly os: string
  readonly osVersion: string
  readonly kernel: string
  /** As `uname -m` says it: `x86_64`, `aarch64`, … */
  readonly arch: string
}

export type FirewallManager =
  | 'ufw'
  | 'firewalld'
  | 'nftables.service'
  | 'netfilter-persistent'
  | 'iptables-services'
  | 'csf'
  | 'shorewall'
  | 'ferm'
  | 'SuSEfirewall2'
  | 'windows-firewall'

export type FirewallFacts = {
  /** Who owns the rules and would rewrite them; null when nobody does, or nobody could be found. */
  readonly manager: FirewallManager | null
  /** The rule engines that hold rules: `iptables-legacy`, `iptables-nft`, `nft`, `windows`. */
  readonly engines: readonly string[]
}

export type Privileges = {
  readonly elevated: boolean
  readonly user: string
  /** Whether `sudo -n` would work; null where sudo is absent. */
  readonly sudo: 'passwordless' | 'asks-password' | null
}
