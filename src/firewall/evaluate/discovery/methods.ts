import {solicitedNodeGroup} from '../../host/neighbour-cache.ts'
import {EVERYTHING, type Family, type Interval, prefixInterval} from '../../model/address.ts'
import {isLinkLocal, type NextHop, type Routing} from '../../routing/routes.ts'
import type {OpenDiscovery} from '../block.ts'
import type {ResolvingName} from '../segment.ts'

/** How an address family finds a next hop. */
export type Method = {
  readonly family: Family
  readonly name: OpenDiscovery['by']
  readonly question: ResolvingName
  readonly answer: ResolvingName
  /** The address that a question about this one is sent to, or that stands as its target. */
  readonly askedAt: (target: Interval) => Interval
  /** Whom this host asks as. */
  readonly sourceOf: (
    routing: Routing,
    device: string | null,
    packetSource: Interval,
    target: Interval,
  ) => Interval
  /** Whom a next hop that looks for this host may ask as. */
  readonly askers: (hop: NextHop | null, target: Interval) => readonly Interval[]
}

const NEIGHBOUR_DISCOVERY: Method = {
  family: 6,
  name: 'IPv6 neighbor discovery',
  question: 'solicitation',
  answer: 'advertisement',
  askedAt: solicitedNodeGroup,
  sourceOf: solicitationSource,
  askers: soliciting,
}

const ARP: Method = {
  family: 4,
  name: 'ARP',
  question: 'arp-request',
  answer: 'arp-reply',
  askedAt: target => target,
  sourceOf: requestSource,
  askers: (_, target) => [target],
}

export const METHODS: Readonly<Record<Family, Method>> = {4: ARP, 6: NEIGHBOUR_DISCOVERY}

/** The packet's own source where it is of that interface, else a link-local address (net/ipv6/ndisc.c). */
function solicitationSource({own}: Routing, device: string | null, source: Interval): Interval {
  const isOwn = own.some(
    ({interface: name, address}) => (device === null || name === device) && address.lo === source.lo,
  )
  if (source.lo === source.hi && isOwn) return source
  const locals = own.filter(({interface: name, address}) => name === device && isLinkLocal(6, address))
  const [local] = locals
  return typeof source.lo === 'number' && local && locals.length === 1 ? local.address : EVERYTHING[6]
}

/**
 * The packet's own source, whatever `arp_announce` is, where it is the interface's only address of the next hop's
 * subnet (`arp_solicit` in net/ipv4/arp.c).
 */
function requestSource({own}: Routing, device: string | null, source: Interval, target: Interval): Interval {
  const beside = own.filter(
    ({interface: name, subnet}) => name === device && subnet.lo <= target.lo && target.hi <= subnet.hi,
  )
  const [only] = beside
  const isOnly = only && beside.length === 1 && only.address.lo === source.lo && source.lo === source.hi
  return isOnly ? source : EVERYTHING[4]
}

const LINK_LOCAL = prefixInterval(6, 0xfe80n << 112n, 10)

/** Where a next hop solicits from: a router from its link-local address when it forwards. */
function soliciting(hop: NextHop | null, target: Interval): readonly Interval[] {
  if (!hop) return [EVERYTHING[6]]
  if (!hop.gateway || isLinkLocal(6, target)) return [target]
  return [target, LINK_LOCAL]
}
