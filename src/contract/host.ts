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
  /** The addresses that connections leave from: those of the interfaces of the default routes, IPv4 first. */
  readonly addresses: readonly string[]
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
  /**
   * Others who write chains or tables of their own while the host runs, by name: `Docker`, `kube-proxy`, `Calico`,
   * `fail2ban`, `CrowdSec`, `libvirt`, …
   */
  readonly alsoWrittenBy: readonly string[]
}

export type Privileges = {
  /** May read and change the firewall: CAP_NET_ADMIN on Linux, an elevated token on Windows. */
  readonly elevated: boolean
  readonly user: string
  /** Whether a `sudo` program is there to ask for more; whether it would agree is not tried, since sudo logs that. */
  readonly sudoInstalled: boolean
}
