import {
  type Family,
  type Interval,
  parseAddress,
  parseIpv4,
  single,
  type Value,
  within,
} from '../model/address.ts'
import type {PortRange} from '../model/protocol.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../model/ternary.ts'
import type {LinuxFirewallState, TcpListener} from '../state/state.ts'

type Listener = {
  readonly port: number
  /** By family, the address that it takes connections to; `any`, or null for none. */
  readonly at: Readonly<Record<Family, Value | 'any' | null>>
  /** Whether `::` takes IPv4 as well. */
  readonly alsoIpv4: Ternary
}

/** Sockets of TCP that listen on this host; null where they were not captured. */
export type Listeners = readonly Listener[] | null

export function readListeners({tcpListeners, unreadable}: LinuxFirewallState): Listeners {
  if (!tcpListeners || unreadable.tcpListeners !== undefined) return null
  return tcpListeners.flatMap(readListener)
}

function readListener({address, port, ipv6Only}: TcpListener): Listener[] {
  // A socket of IPv6 that is bound to an address of IPv4 (RFC 4291, 2.5.5.2).
  const mapped = parseIpv4(/^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? '')
  const parsed = mapped === null ? parseAddress(address) : {family: 4 as const, value: mapped}
  if (!parsed) return []
  const {family, value} = parsed
  const own = value === 0 || value === 0n ? 'any' : value
  if (family === 4) return [{port, at: {4: own, 6: null}, alsoIpv4: YES}]
  const alsoIpv4 = ipv6Only === undefined ? MAYBE : ipv6Only ? NO : YES
  return [{port, at: {4: own === 'any' ? 'any' : null, 6: own}, alsoIpv4}]
}

/** Whether a connection to the address and port is taken by somebody; of several ports one is chosen. */
export function isListening(
  listeners: readonly Listener[],
  family: Family,
  address: Interval,
  ports: PortRange,
): Ternary {
  return listeners.reduce<Ternary>((found, {port, at, alsoIpv4}) => {
    const place = at[family]
    if (place === null) return found
    const here = place === 'any' ? YES : within(single(place), address)
    const willing = family === 4 ? alsoIpv4 : YES
    return or(found, and(and(here, willing), within({lo: port, hi: port}, ports)))
  }, NO)
}
