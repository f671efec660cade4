import * as z from 'zod'
import {windowsFirewallState} from '../windows/state.ts'

/** Text exactly as the tool printed it; null when that engine is absent from this host. */
const dump = z.string().nullable()

const lines = z.array(z.string())

const port = z.int().min(0).max(65535)

const queueReader = z.object({
  queue: z.int().min(0).max(65535),
  /** Of the netlink socket that reads it; mostly the process id, but not always. */
  portId: z.int(),
  /** Null where no process was found to own that socket. */
  program: z.object({name: z.string(), pid: z.int()}).nullable(),
})

const tcpListener = z.object({
  address: z.string(),
  port,
  /** Of `::`: whether it takes no connections by IPv4. Missing: not known, or it takes none anyway. */
  ipv6Only: z.boolean().optional(),
})

export type QueueReader = z.infer<typeof queueReader>
export type TcpListener = z.infer<typeof tcpListener>
const localUser = z.looseObject({
  name: z.string(),
  uid: z.int().min(0),
  gid: z.int().min(0),
  /** Further groups that list the user as a member. */
  groups: z.array(z.int().min(0)),
})

/** A user of the captured host. */
export type LocalUser = z.infer<typeof localUser>

/**
 * The firewall of a Linux host as captured: everything the judge needs, and nothing that it has interpreted.
 * Loose: a state written by a later version of this tool may carry more.
 */
export const linuxFirewallState = z.looseObject({
  schemaVersion: z.literal(1),
  platform: z.literal('linux'),
  capturedAt: z.iso.datetime(),
  iptablesLegacySave: dump,
  ip6tablesLegacySave: dump,
  iptablesNftSave: dump,
  ip6tablesNftSave: dump,
  nftJson: dump,
  nftText: dump,
  ipsetSave: dump,
  /** Field name to the reason why it could not be read. An unreadable field is never "no rules". */
  unreadable: z.record(z.string(), z.string()),
  manager: z.string().optional(),
  /** Who else writes chains or tables of their own while the host runs. */
  alsoWrittenBy: z.array(z.string()).optional(),
  /** Interface name to its addresses with prefix length. */
  interfaces: z.record(z.string(), z.array(z.string())),
  /** Lines as `ip route show` prints them, both address families. */
  routes: z.array(z.string()),
  /** Lines as `ip -6 neigh show` prints them. Without them, any IPv6 neighbour may be known. */
  neighbours: lines.optional(),
  /** Lines as `ip -4 neigh show` prints them: the ARP cache. Without them, any IPv4 neighbour may be known. */
  arpCache: lines.optional(),
  /** Lines as `ip -o link show` prints them. */
  links: lines.optional(),
  /** Groups of interfaces by name, as /etc/iproute2/group has them; `default` is 0 anyway. */
  deviceGroups: z.record(z.string(), z.int().min(0)).optional(),
  /** Lines as `ip rule show` and `ip -6 rule show` print them. */
  routingRules: z.object({ipv4: lines, ipv6: lines}).optional(),
  /** Lines as `ip route show table all` prints them: what is routed by another table than main. */
  routingTables: z.object({ipv4: lines, ipv6: lines}).optional(),
  /** Settings below /proc/sys by their path there, such as `net/ipv4/conf/eth0/rp_filter`. */
  settings: z.record(z.string(), z.string()).optional(),
  /** Every queue of packets (NFQUEUE) that a program reads. Without this, somebody may read any of them. */
  queueReaders: z.array(queueReader).optional(),
  /** Sockets of TCP that listen on this host. Without this, somebody may listen anywhere. */
  tcpListeners: z.array(tcpListener).optional(),
  /** Text of `arptables-legacy -n -L`; null where the kernel holds no such table. Without this, it may hold one. */
  arptablesLegacyList: dump.optional(),
  /** Lines as `ip xfrm policy` prints them: what goes through IPsec. */
  ipsecPolicies: lines.optional(),
  /** Users of this host whose connections are judged, with their groups as passwd(5) and group(5) have them. */
  users: z.array(localUser).optional(),
  localPortRange: z
    .tuple([port, port])
    .refine(([first, last]) => first <= last, 'expected the lowest port before the highest'),
})

export type LinuxFirewallState = z.infer<typeof linuxFirewallState>

/** A captured firewall state, of either platform. */
export const firewallState = z.discriminatedUnion('platform', [linuxFirewallState, windowsFirewallState])

export type FirewallState = z.infer<typeof firewallState>

/** Field to the reason why it could not be read. */
export function unreadableOf({unreadable}: FirewallState): Readonly<Record<string, string>> {
  return unreadable ?? {}
}
