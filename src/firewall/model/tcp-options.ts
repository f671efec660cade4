import type {Traits} from '../host/traits.ts'
import type {Interfaces} from '../routing/routes.ts'
import type {Family} from './address.ts'
import type {PortRange} from './protocol.ts'
import type {Rewritten} from './rules.ts'
import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

/** Options of TCP by their kind (IANA, TCP Option Kind Numbers). */
const KIND = {maxSegment: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8} as const

/** Sent by Linux only where a program or its administrator asks for it: MD5, AO, MPTCP, Fast Open and experiments. */
const ON_DEMAND: ReadonlySet<number> = new Set([19, 29, 30, 34, 253, 254])

/** Which packet of a connection the options are of. */
export type OptionsOf = {
  readonly family: Family
  /** SYN or SYN-ACK. */
  readonly opening: boolean
  /** This host sends it. */
  readonly own: boolean
  readonly outInterface: Interfaces
  readonly traits: Traits
  /** What rules may have changed on the way. */
  readonly rewritten: ReadonlySet<Rewritten>
}

export type TcpOptions = {
  /** What it announces as its largest segment; null: it has no such option. */
  readonly maxSegment: PortRange | null
  /** Whether it has an option of this kind. */
  readonly has: (kind: number) => Ternary
}

/** The options that a packet of TCP has. */
export function tcpOptions(of: OptionsOf): TcpOptions {
  return {maxSegment: of.opening ? maxSegment(of) : null, has: kind => hasOption(kind, of)}
}

/** A host takes datagrams of 576 bytes at least (RFC 1122, 3.3.2); nobody whose network carries more says so little. */
const LEAST_OF_PEERS = 537
const MOST = 65495
/** What Linux announces at the least: by its smallest path MTU (ip-sysctl, `min_pmtu`), or that of IPv6. */
const LEAST_OWN: Readonly<Record<Family, number>> = {4: 512, 6: 1220}
const LEAST_WHERE_ROUTES_SAY = 1
const HEADERS: Readonly<Record<Family, number>> = {4: 40, 6: 60}

function maxSegment({family, own, outInterface, traits, rewritten}: OptionsOf): PortRange {
  if (rewritten.has('max-segment') || rewritten.has('tcp-options')) return {lo: 0, hi: 65535}
  if (!own) return {lo: LEAST_OF_PEERS, hi: MOST}
  if (traits.routesSetSizes) return {lo: LEAST_WHERE_ROUTES_SAY, hi: MOST}
  // What goes over the loopback has no path.
  const least = outInterface?.every(name => name === 'lo') ? MOST : LEAST_OWN[family]
  const sizes = outInterface?.map(name => traits.devices.get(name)?.mtu ?? null) ?? []
  const known = sizes.filter(size => size !== null)
  const most = known.length === 0 || known.length < sizes.length ? MOST : Math.max(...known) - HEADERS[family]
  const hi = Math.min(MOST, most)
  return {lo: Math.min(least, hi), hi}
}

function hasOption(kind: number, {opening, own, traits, rewritten}: OptionsOf): Ternary {
  if (rewritten.has('tcp-options')) return MAYBE
  const {timestamps, sack, windowScaling} = traits.options
  // Of the peer's options that have to be offered, none comes unasked (RFC 7323, 2.2 and 3.2; RFC 2018, 2).
  const offered = (setting: Ternary) => (own ? setting : setting === NO ? NO : MAYBE)
  switch (kind) {
    case KIND.maxSegment:
      // Every stack that AWS answers with sends it (RFC 9293, 3.7.1).
      return opening ? YES : NO
    case KIND.windowScale:
      return opening ? offered(windowScaling) : NO
    case KIND.sackPermitted:
      return opening ? offered(sack) : NO
    case KIND.timestamps:
      return opening ? offered(timestamps) : timestamps === NO ? NO : MAYBE
    case KIND.sack:
      return opening || sack === NO ? NO : MAYBE
    default:
      // 0 and 1 only fill up.
      return !own || kind < KIND.maxSegment || ON_DEMAND.has(kind) ? MAYBE : NO
  }
}
