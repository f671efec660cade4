import type {Family} from '../model/address.ts'
import type {PortRange} from '../model/protocol.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../model/ternary.ts'
import type {LinuxFirewallState} from '../state/state.ts'

/** Of an interface; null for what is not known. */
type Device = {
  /** Number of its group (`ip link set … group`). */
  readonly group: number | null
  /** Of its hardware, as ARP has it (linux/if_arp.h). */
  readonly type: number | null
  readonly mtu: number | null
}

/** Options of TCP that a host may do without (ip-sysctl). */
type OptionalOptions = Readonly<Record<'timestamps' | 'sack' | 'windowScaling', Ternary>>

/** What is known of this host's own packets and interfaces, beyond rules and routes, for one address family. */
export type Traits = {
  /** Null where they are not known. */
  readonly links: readonly Link[] | null
  readonly devices: ReadonlyMap<string, Device>
  /** Groups of interfaces by name. */
  readonly deviceGroups: ReadonlyMap<string, number>
  /** Time to live, or hop limit, of what this host sends. */
  readonly hopLimit: PortRange
  /** A route says how large segments may be, whatever the interface does. */
  readonly routesSetSizes: boolean
  readonly options: OptionalOptions
  /** Whether packets of TCP that come in find their socket before chains of `input` see them (ip-sysctl). */
  readonly earlySocket: Ternary
  /** Whether any packet may go through IPsec. */
  readonly ipsec: Ternary
  /** How an interface takes packets by the route back to their source. */
  readonly reversePath: (name: string) => ReversePath
}

type ReversePath = {
  /** `rp_filter`: 0 for not at all, 1 strict, 2 loose (ip-sysctl); null: not known. */
  readonly filter: number | null
  /** Whether the mark of the packet counts (`src_valid_mark`). */
  readonly byMark: Ternary
}

/** What may be in a packet that has arrived. */
export const ANY_HOP_LIMIT: PortRange = {lo: 1, hi: 255}

/** Reads them from a captured state. What was not captured is not known. */
export function readTraits(state: LinuxFirewallState, family: Family): Traits {
  const {links = [], deviceGroups = {}, ipsecPolicies, routes, routingTables, unreadable} = state
  const groups = new Map([['default', 0], ...Object.entries(deviceGroups)])
  const tables = (family === 4 ? routingTables?.ipv4 : routingTables?.ipv6) ?? routes
  return {
    links: readLinks(state),
    devices: new Map(links.flatMap(line => readDevice(line, groups))),
    deviceGroups: groups,
    hopLimit: hopLimit(state, family, tables),
    routesSetSizes: tables.some(line => /\b(?:advmss|mtu)\b/.test(line)),
    options: {
      timestamps: isOn(state, 'net/ipv4/tcp_timestamps'),
      sack: isOn(state, 'net/ipv4/tcp_sack'),
      windowScaling: isOn(state, 'net/ipv4/tcp_window_scaling'),
    },
    // IPv6 goes by the settings of IPv4 (`tcp_v6_early_demux`).
    earlySocket: and(isOn(state, 'net/ipv4/ip_early_demux'), isOn(state, 'net/ipv4/tcp_early_demux')),
    reversePath: name => reversePathAt(state, name),
    ipsec: ipsecPolicies?.length === 0 && unreadable.ipsecPolicies === undefined ? NO : MAYBE,
  }
}

/** As `ip link` calls them, and as the kernel numbers them. */
const HARDWARE: Readonly<Record<string, number>> = {
  ether: 1,
  infiniband: 32,
  ppp: 512,
  ipip: 768,
  tunnel: 768,
  tunnel6: 769,
  loopback: 772,
  sit: 776,
  gre: 778,
  gre6: 823,
  none: 65534,
}

/** Reads a line of `ip -o link show`: `2: eth0@if3: <UP> mtu 1500 … group default …\    link/ether 02:…`. */
function readDevice(line: string, groups: ReadonlyMap<string, number>): [string, Device][] {
  const name = /^\d+:\s+([^\s:@]+)(?:@\S+)?:\s/.exec(line)?.[1]
  if (name === undefined) return []
  const group = / group (\S+)/.exec(line)?.[1] ?? ''
  const hardware = /\blink\/(\S+)/.exec(line)?.[1] ?? ''
  const mtu = / mtu (\d+)/.exec(line)?.[1]
  return [
    [
      name,
      {
        group: groupNumber(group, groups),
        type: HARDWARE[hardware] ?? null,
        mtu: mtu === undefined ? null : Number(mtu),
      },
    ],
  ]
}

/** Reads a group by number or by name; null for a name that is not known. */
export function groupNumber(text: string, groups: ReadonlyMap<string, number>): number | null {
  return /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : (groups.get(text) ?? null)
}

/** By the host's setting, for IPv6 that of each interface, and by what routes say of it (ip-route(8), `hoplimit`). */
function hopLimit({settings = {}}: LinuxFirewallState, family: Family, routes: readonly string[]): PortRange {
  const isSetting = (path: string) =>
    family === 4 ? path === 'net/ipv4/ip_default_ttl' : /^net\/ipv6\/conf\/[^/]+\/hop_limit$/.test(path)
  const set = Object.entries(settings).flatMap(([path, value]) => (isSetting(path) ? [Number(value)] : []))
  const routed = routes.flatMap(line => {
    const text = /\bhoplimit (\d+)/.exec(line)?.[1]
    return text === undefined ? [] : [Number(text)]
  })
  if (set.length === 0 || set.some(value => !(value >= 1 && value <= 255))) return ANY_HOP_LIMIT
  const all = [...set, ...routed]
  return {lo: Math.min(...all), hi: Math.max(...all)}
}

/** Of both settings the larger of the host's and the interface's counts (linux/inetdevice.h). */
function reversePathAt(state: LinuxFirewallState, name: string): ReversePath {
  const of = (setting: string) => ['all', name].map(one => `net/ipv4/conf/${one}/${setting}`)
  const values = of('rp_filter').map(path => Number(state.settings?.[path] ?? Number.NaN))
  return {
    filter: values.some(Number.isNaN) ? null : Math.max(...values),
    byMark: of('src_valid_mark')
      .map(path => isOn(state, path))
      .reduce(or),
  }
}

function isOn({settings = {}}: LinuxFirewallState, path: string): Ternary {
  const value = settings[path]
  return value === undefined ? MAYBE : value === '0' ? NO : YES
}

/** An interface, as `ip -o link show` prints it. */
export type Link = {
  readonly name: string
  /** Without their prefix: `UP`, `NOARP`. */
  readonly flags: ReadonlySet<string>
  /** What follows the `@`: the interface that it is on, or the other end of a pair. */
  readonly on: string | null
  /** The bridge, bond or other interface that it is a part of. */
  readonly master: string | null
  /** `ether`, `loopback`, `none` and so on. */
  readonly type: string | null
}

/** Null where links were not captured, or not read. */
export function readLinks({
  links,
  unreadable,
}: Pick<LinuxFirewallState, 'links' | 'unreadable'>): Link[] | null {
  return links && unreadable.links === undefined ? links.flatMap(readLink) : null
}

/** Reads `4: vlan7@eth0: <BROADCAST,UP> mtu 1500 … master br0 state UP …\    link/ether 02:00:00:00:00:01 …`. */
function readLink(line: string): Link[] {
  const [, name, on = null, flags] = /^\d+:\s+([^\s:@]+)(?:@([^\s:]+))?:\s+<([^>]*)>/.exec(line) ?? []
  if (name === undefined || flags === undefined) return []
  return [
    {
      name,
      on,
      flags: new Set(flags.split(',')),
      master: /\smaster (\S+)/.exec(line)?.[1] ?? null,
      type: /\slink\/(\S+)/.exec(line)?.[1] ?? null,
    },
  ]
}

/** Interfaces that pass on what goes through the given one: those on it, and those that it is a part of. */
export function interfacesOver(links: readonly Link[], device: string): ReadonlySet<string> {
  const over = new Set<string>()
  const visit = (name: string): void => {
    const above = links.flatMap(link => [
      ...(link.on === name ? [link.name] : []),
      ...(link.name === name && link.master !== null ? [link.master] : []),
    ])
    for (const next of above)
      if (next !== device && !over.has(next)) {
        over.add(next)
        visit(next)
      }
  }
  visit(device)
  return over
}

/**
 * Interfaces with others as their parts, and without the flag of bonds and of VRFs: bridges, and some that only look
 * like them.
 */
export function possibleBridges(links: readonly Link[]): ReadonlySet<string> {
  const masters = new Set(links.flatMap(({master}) => master ?? []))
  return new Set(links.flatMap(({name, flags}) => (masters.has(name) && !flags.has('MASTER') ? [name] : [])))
}

/** Whether what goes through it is carried by other packets of this host: WireGuard, tun, GRE and the like. */
export function looksLikeTunnel({flags, type}: Link): boolean {
  return !flags.has('LOOPBACK') && type !== 'ether' && type !== 'infiniband' && flags.has('POINTOPOINT')
}
