import * as z from 'zod'
import {windowsFirewallState} from './windows/state.ts'

/** Text exactly as the tool printed it; null when that engine is absent from this host. */
const dump = z.string().nullable()

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
  neighbours: z.array(z.string()).optional(),
  /** Lines as `ip -o link show` prints them. */
  links: z.array(z.string()).optional(),
  /** Lines as `ip rule show` and `ip -6 rule show` print them. */
  routingRules: z.object({ipv4: z.array(z.string()), ipv6: z.array(z.string())}).optional(),
  localPortRange: z.tuple([z.int().min(0).max(65535), z.int().min(0).max(65535)]),
})

export type LinuxFirewallState = z.infer<typeof linuxFirewallState>

/** A captured firewall state, of either platform. */
export const firewallState = z.discriminatedUnion('platform', [linuxFirewallState, windowsFirewallState])

export type FirewallState = z.infer<typeof firewallState>

/** Field to the reason why it could not be read. */
export function unreadableOf({unreadable}: FirewallState): Readonly<Record<string, string>> {
  return unreadable ?? {}
}
