import type {Family, Interval} from '../model/address.ts'
import type {Transport} from '../model/protocol.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../model/ternary.ts'
import {
  type AddressCondition,
  type AddressFields,
  type Keyword,
  matchesDynamicPort,
  matchesPort,
  type PortCondition,
  type PortRange,
  readAddresses,
  readPorts,
} from './conditions.ts'
import {splitRule, type Values, valuesOf} from './fields.ts'
import {type KnownAddresses, matchesAddresses, type ResolvedAddresses, resolveAddresses} from './match.ts'
import type {AdapterPath} from './network.ts'
import {type Adapters, isOfType, isOneOf} from './network.ts'
import type {OsVersion} from './os-version.ts'
import {inForce, readProfiles, readTransports, type Transports} from './rule.ts'
import type {Profile, Store} from './state.ts'

/** A connection security rule that may decide whether an outbound connection needs IPsec. */
export type SecurityRule = {
  readonly id: string
  readonly store: Store
  readonly text: string
  /** `require`: what leaves has to be secured by IPsec. `exempt`: it is not secured, whatever other rules demand. */
  readonly action: 'require' | 'exempt'
  readonly profiles: Readonly<Record<Profile, Ternary>>
  /** Whether it is in force and about a transport, apart from all else. */
  readonly counts: Transports
  readonly endpoints: readonly [Endpoint, Endpoint]
  readonly adapters: readonly string[]
  readonly adapterTypes: readonly string[]
  /** The conditions besides addresses that it has, by the names of their fields. */
  readonly conditions: readonly string[]
}

type Endpoint = {readonly addresses: AddressCondition | null; readonly ports: PortCondition | null}

const ENDPOINTS: readonly AddressFields[] = [
  {4: ['ep1_4'], 6: ['ep1_6']},
  {4: ['ep2_4'], 6: ['ep2_6']},
]

/** Fields that say how a connection is secured, or nothing at all. A tunnel is a demand like any other. */
const DECIDED = new Set(
  (
    'action active profile protocol ep1port ep2port ep1port2_10 ep2port2_10 if iftype auth1set auth2set crypto2set ep1_4 ' +
    'ep2_4 ep1_6 ep2_6 name desc embedctxt platform platform2 skipver secureinclearout bypasstunnel authz keymod ' +
    'keymanagerdictate keymanagernotify fwdlifetime transportmachineauthzsddl transportuserauthzsddl'
  ).split(' '),
)

/**
 * Reads a connection security rule; null for one that never stops what leaves. `SecureServer` and `Boundary` only try to
 * secure it (MS-FASP 2.2.52). What the specification does not define may be a demand.
 * Source: MS-GPFAS 2.2.6.2, MS-FASP 2.2.55.
 */
export function readSecurityRule(id: string, store: Store, text: string, os: OsVersion): SecurityRule | null {
  const {major, fields, damaged} = splitRule(text)
  const of = valuesOf(fields)
  const [action, certain] = readAction(of)
  const active = readActive(of('active'))
  if (action === null || active === NO) return null
  const known = certain && !damaged && fields.every(({name}) => DECIDED.has(name) || /^[lr]tun/.test(name))
  const transports = readTransports(of('protocol'))
  const inGeneral = and(active, inForce(major, [], of, os))
  const countsFor = (transport: Transport) => {
    const counts = and(inGeneral, transports[transport])
    return known || counts === NO ? counts : MAYBE
  }
  const counts: Transports = {tcp: countsFor('tcp'), udp: countsFor('udp')}
  if (Object.values(counts).every(one => one === NO)) return null
  const endpoint = (at: 0 | 1): Endpoint => ({
    addresses: readAddresses(ENDPOINTS[at] ?? {4: [], 6: []}, of),
    ports: readPorts(`ep${at + 1}port`, fields),
  })
  return {
    id,
    store,
    text,
    action,
    profiles: readProfiles(of('profile')),
    counts,
    endpoints: [endpoint(0), endpoint(1)],
    adapters: of('if'),
    adapterTypes: of('iftype'),
    conditions: CONDITIONS.filter(name => fields.some(field => field.name.startsWith(name))),
  }
}

const CONDITIONS = ['profile', 'protocol', 'ep1port', 'ep2port', 'if']

function readAction(of: Values): readonly [action: SecurityRule['action'] | null, certain: boolean] {
  const values = of('action').map(value => value.toLowerCase())
  if (values.length !== 1) return ['require', false]
  switch (values[0]) {
    case 'secure':
      return ['require', true]
    case 'donotsecure':
      return ['exempt', true]
    case 'secureserver':
    case 'boundary':
      return [null, true]
    default:
      return ['require', false]
  }
}

/** Absent is false (MS-GPFAS 2.2.6.2). */
function readActive(values: readonly string[]): Ternary {
  const found = new Set(values.map(value => value.toLowerCase()))
  if (found.size === 0) return NO
  if (found.size > 1) return MAYBE
  return found.has('true') ? YES : found.has('false') ? NO : MAYBE
}

/** A rule with what its keywords stand for on this host, in one address family. */
export type SecurityCandidate = {
  readonly rule: SecurityRule
  /** Whether it is in force and about the connection's transport. */
  readonly counts: Ternary
  /** Addresses of this host, and of the other side, as the rule names its endpoints; and the other way round. */
  readonly ways: readonly [Way, Way]
}

type Way = {
  readonly local: ResolvedAddresses | null
  readonly remote: ResolvedAddresses | null
  readonly ports: Ternary
}

/** What a rule makes of connections to one port; null where it is about none of them. */
export function securityCandidate(
  rule: SecurityRule,
  {family, port, protocol}: {readonly family: Family; readonly port: number; readonly protocol: Transport},
  {known, dynamicPorts}: {known(keyword: Keyword): KnownAddresses; readonly dynamicPorts: PortRange | null},
): SecurityCandidate | null {
  const counts = rule.counts[protocol]
  if (counts === NO) return null
  const [first, second] = rule.endpoints
  const way = (own: Endpoint, other: Endpoint): Way => ({
    local: resolveAddresses(own.addresses, family, known),
    remote: resolveAddresses(other.addresses, family, known),
    ports: and(matchesDynamicPort(own.ports, dynamicPorts), matchesPort(other.ports, port)),
  })
  const ways = [way(first, second), way(second, first)] as const
  return ways.every(({ports}) => ports === NO) ? null : {rule, counts, ways}
}

/** A connection on its way out, as far as these rules see it. */
type Unsecured = {readonly to: Interval; readonly path: AdapterPath; readonly adapters: Adapters}

/** Whether a connection needs IPsec in a profile, and the rules that say so. */
export type Demand = {readonly needed: Ternary; readonly because: readonly SecurityRule[]}

/**
 * Whether a connection needs IPsec in a profile. An exemption wins over the demands that are at least as wide; which of
 * two rules counts that are otherwise related is written nowhere.
 *
 * @param counts whether the rules of a store count
 */
export function demandOf(
  candidates: readonly SecurityCandidate[],
  profile: Profile,
  counts: (store: Store) => Ternary,
  outbound: Unsecured,
): Demand {
  const found = candidates.flatMap(candidate => {
    const match = matchIn(candidate, profile, counts, outbound)
    return match === NO ? [] : [{...candidate, match}]
  })
  const exempting = found.filter(({rule, match}) => rule.action === 'exempt' && match === YES)
  const demanding = found.filter(
    ({rule, ways}) =>
      rule.action === 'require' &&
      !exempting.some(
        exemption =>
          isWithin(exemption.ways[0], ways[0]) &&
          rule.conditions.every(condition => exemption.rule.conditions.includes(condition)),
      ),
  )
  const needed = demanding.reduce<Ternary>((most, {match}) => or(most, match), NO)
  const open = found.some(({rule}) => rule.action === 'exempt')
  return {needed: open ? and(needed, MAYBE) : needed, because: demanding.map(({rule}) => rule)}
}

function matchIn(
  {rule, counts: inGeneral, ways}: SecurityCandidate,
  profile: Profile,
  counts: (store: Store) => Ternary,
  {to, path: {source, interfaces}, adapters}: Unsecured,
): Ternary {
  const common = and(
    and(and(inGeneral, counts(rule.store)), rule.profiles[profile]),
    and(isOneOf(rule.adapters, interfaces, adapters), isOfType(rule.adapterTypes, interfaces, adapters)),
  )
  if (common === NO) return NO
  const [direct, mirrored] = ways.map(({local, remote, ports}) =>
    and(ports, and(matchesAddresses(local, source), matchesAddresses(remote, to))),
  )
  // A host may be either of the two endpoints; whether it is the second one, the rule does not say.
  return and(common, or(direct ?? NO, and(mirrored ?? NO, MAYBE)))
}

/** Whether the addresses that one way is about are among those that the other is about. */
function isWithin(inner: Way, outer: Way): boolean {
  return [
    [inner.local, outer.local],
    [inner.remote, outer.remote],
  ].every(([narrow, wide]) => {
    if (wide === null || wide === undefined) return true
    if (narrow === null || narrow === undefined || narrow.others) return false
    return narrow.intervals.every(({lo, hi}) =>
      wide.intervals.some(other => other.lo <= lo && hi <= other.hi),
    )
  })
}
