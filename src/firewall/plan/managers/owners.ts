import type {LinuxFirewallState} from '../../state/state.ts'

/** Somebody else who writes chains. */
export type ChainWriter = {
  readonly name: string
  /**
   * `manager`: has commands of its own for our purpose, and its rules must be changed through them. `background`:
   * rewrites its chains at any time, and leaves the rest of the rules alone.
   */
  readonly kind: 'manager' | 'background'
  /** Its drops are a purpose of their own: a VPN's kill switch, or a server that security software has isolated. */
  readonly isolates?: true
}

type KnownWriter = ChainWriter & {
  /** Names of its chains in tables of iptables. */
  readonly chains?: RegExp
  /** Names of its tables in nf_tables, in whatever family. */
  readonly tables?: RegExp
  /**
   * Its chains' names are such that an administrator's may be like them: they are its own where it manages the host.
   */
  readonly common?: boolean
  /** It loads all tables of iptables from its own files, so that every rule there is its own. */
  readonly everything?: boolean
}

const WRITERS: readonly KnownWriter[] = [
  {name: 'ufw', kind: 'manager', chains: /^ufw6?-/},
  {
    name: 'firewalld',
    kind: 'manager',
    // Of its iptables backend: zone and policy chains, and those that hold direct rules and zone dispatch.
    chains: /^(IN|OUT|FWD|FWDI|FWDO|PRE|POST)_|_(direct|ZONES|ZONES_SOURCE|POLICIES_pre|POLICIES_post)$/,
    common: true,
    tables: /^firewalld(?:_|$)/,
  },
  {name: 'csf', kind: 'manager', everything: true},
  {name: 'shorewall', kind: 'manager', everything: true},
  {name: 'Docker', kind: 'background', chains: /^DOCKER/, tables: /^docker-bridges$/},
  {name: 'kube-router', kind: 'background', chains: /^KUBE-(ROUTER|POD-FW|NWPLCY)-/},
  {name: 'kube-proxy', kind: 'background', chains: /^KUBE-/, tables: /^kube-proxy$/},
  {name: 'Calico', kind: 'background', chains: /^cali-/, tables: /^calico$/},
  {name: 'fail2ban', kind: 'background', chains: /^(f2b|fail2ban)-/, tables: /^f2b-/},
  {name: 'CrowdSec', kind: 'background', chains: /^CROWDSEC/, tables: /^crowdsec6?(?:-|$)/},
  {name: 'libvirt', kind: 'background', chains: /^LIBVIRT_/, tables: /^libvirt_/},
  {name: 'Podman', kind: 'background', chains: /^NETAVARK/, tables: /^netavark$/},
  {name: 'sshguard', kind: 'background', chains: /^sshguard$/, tables: /^sshguard$/},
  {name: 'Cilium', kind: 'background', chains: /^(OLD_)?CILIUM_/, tables: /^cilium/},
  {name: 'Tailscale', kind: 'background', chains: /^ts-(input|forward|postrouting)$/},
  {name: 'OpenSnitch', kind: 'background', chains: /^opensnitch-/, tables: /^opensnitch$/},
  {name: 'OpenWrt fw4', kind: 'background', tables: /^fw4$/},
  {name: 'Portmaster', kind: 'background', chains: /^PORTMASTER-/, isolates: true},
  {name: 'Mullvad', kind: 'background', tables: /^mullvad$/, isolates: true},
  {name: 'wg-quick', kind: 'background', tables: /^wg-quick-/, isolates: true},
  {name: 'Proton VPN', kind: 'background', chains: /^PROTON/i, tables: /^proton/i, isolates: true},
  {name: 'Private Internet Access', kind: 'background', chains: /^(\d+\.)?piavpn\./, isolates: true},
  {name: 'AmneziaVPN', kind: 'background', chains: /^(\d+\.)?amnvpn\./, isolates: true},
  {name: 'Windscribe', kind: 'background', chains: /^windscribe/, tables: /^windscribe/, isolates: true},
  {name: 'Sophos', kind: 'background', chains: /^sophos/i, tables: /^sophos/i, isolates: true},
  {
    name: 'CrowdStrike',
    kind: 'background',
    chains: /^(crowdstrike|falcon)/i,
    tables: /^(crowdstrike|falcon)/i,
    isolates: true,
  },
  {
    name: 'security software that isolates this server',
    kind: 'background',
    // Docker and Calico have chains of such names for containers.
    chains: /^(?!DOCKER|cali|KUBE).*(isolat|quarantin|kill-?_?switch)/i,
    tables: /isolat|quarantin|kill-?_?switch/i,
    isolates: true,
  },
]

const BASE_CHAINS = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'])

/**
 * Who writes a chain of iptables; null for a chain that is the administrator's. A base chain's policy is its manager's.
 */
export function writerOf(
  chain: string,
  {manager}: Pick<LinuxFirewallState, 'manager'>,
  isPolicy: boolean,
): ChainWriter | null {
  const managing = WRITERS.find(({name, kind}) => kind === 'manager' && name === manager)
  if (managing?.everything) return managing
  const owner = WRITERS.find(({name, chains, common}) => chains?.test(chain) && (!common || name === manager))
  if (owner) return owner
  return isPolicy && BASE_CHAINS.has(chain) ? (managing ?? null) : null
}

/** Who writes a table of nf_tables; null for one that is the administrator's. */
export function tableWriter(table: string): ChainWriter | null {
  return WRITERS.find(({tables}) => tables?.test(table)) ?? null
}

/** Those who write chains or tables of their own in the background, as far as they are there. */
export function backgroundWriters(
  state: Pick<
    LinuxFirewallState,
    'iptablesLegacySave' | 'ip6tablesLegacySave' | 'iptablesNftSave' | 'ip6tablesNftSave' | 'nftText'
  >,
): readonly string[] {
  const saves = [
    state.iptablesLegacySave,
    state.ip6tablesLegacySave,
    state.iptablesNftSave,
    state.ip6tablesNftSave,
  ]
  const chains = new Set(
    saves.flatMap(save => [...(save ?? '').matchAll(/^:(\S+) /gm)].map(([, name]) => name)),
  )
  const tables = new Set([...(state.nftText ?? '').matchAll(/^table \S+ (\S+) \{/gm)].map(([, name]) => name))
  const any = (names: ReadonlySet<string | undefined>, pattern: RegExp | undefined) =>
    pattern !== undefined && [...names].some(name => name !== undefined && pattern.test(name))
  return WRITERS.filter(
    owner => owner.kind === 'background' && (any(chains, owner.chains) || any(tables, owner.tables)),
  ).map(({name}) => name)
}
