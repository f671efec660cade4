import type {LinuxFirewallState} from './state.ts'

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
