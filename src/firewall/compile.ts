import {UserError} from '../contract/errors.ts'
import type {Judgement, Probe} from '../contract/judgement.ts'
import {once} from '../lib/once.ts'
import {createFinder, type DiscoveryRules, discoveryBoundaries} from './evaluate/discovery/discovery.ts'
import type {Grounded} from './evaluate/grounds.ts'
import {hooksOf} from './evaluate/hooks.ts'
import {createJudge} from './evaluate/judge.ts'
import {joinJudgements} from './evaluate/range.ts'
import type {RecordWalk} from './evaluate/trace.ts'
import {readListeners} from './host/listeners.ts'
import {readNeighbours} from './host/neighbour-cache.ts'
import {type OwnerRules, readOwnerRules} from './host/owner-rules.ts'
import {readTraits} from './host/traits.ts'
import type {Family, FamilyInterval} from './model/address.ts'
import {parseDestination} from './model/destination.ts'
import type {IpProtocol, Transport} from './model/protocol.ts'
import type {RuleSet} from './model/rules.ts'
import {HIGHEST_ID, isId, ownerOf} from './model/socket-owner.ts'
import {readRouting} from './routing/read.ts'
import type {Routing} from './routing/routes.ts'
import {buildArpRules, buildRuleSet} from './rule-set.ts'
import {changedByRules} from './sets/changing-sets.ts'
import type {FirewallState, LinuxFirewallState} from './state/state.ts'
import {createWindowsJudge} from './windows/judge.ts'
import {programsOf} from './windows/program.ts'
import type {WindowsFirewallState} from './windows/state.ts'

export type CompiledFirewall = {
  /**
   * Judges one connection from this host (`to` an address), or all of them to a range (`to` a CIDR), IPv4 or
   * IPv6. Throws `UserError` for a probe that is no such thing; never for anything in the state.
   *
   * @param record is told what happens on the way through the rules of a Linux host, for a single address
   */
  judge(probe: Probe, record?: RecordWalk): Judgement
  /** What the rules make of who owns a connecting socket. */
  ownerRules(protocol?: Transport): OwnerRules
  /** Paths of the programs that enabled outbound rules of Windows Firewall name; none on Linux. */
  programs(): readonly string[]
}

/** The same, for who also asks which rules leave an answer open. */
export type Firewall = CompiledFirewall & {
  /**
   * Judges as `judge` does, and tells where the rules are on which an unknown answer depends, in the order in which they
   * are listed; those of Linux.
   */
  examine(probe: Probe, record?: RecordWalk): Grounded
}

/** Prepares a captured firewall state for judging, once it was validated. Nothing is read from this machine. */
export function compileFirewall(state: FirewallState): Firewall {
  return state.platform === 'win32' ? compileWindows(state) : compileLinux(state)
}

function compileWindows(state: WindowsFirewallState): Firewall {
  const {judge, rules} = createWindowsJudge(state)
  const examine = (probe: Probe) => judgeEach(probe, range => judge(range, probe))
  return {
    examine,
    judge: probe => examine(probe).told,
    // Rules may name users, but as security descriptors, which nothing here can evaluate: they are undecided.
    ownerRules: () => ({tellApart: false, toldByGroup: false, named: new Set(), namedGroups: new Set()}),
    programs: () => programsOf(rules),
  }
}

function compileLinux(state: LinuxFirewallState): Firewall {
  const traits = {4: readTraits(state, 4), 6: readTraits(state, 6)}
  const build = (family: Family, protocol: IpProtocol) =>
    buildRuleSet(state, family, traits[family], protocol)
  // What no question needs is not made: most are about TCP, and many about one address family.
  const perTransport = <T>(of: (family: Family, protocol: Transport) => T) => ({
    tcp: {4: once(() => of(4, 'tcp')), 6: once(() => of(6, 'tcp'))},
    udp: {4: once(() => of(4, 'udp')), 6: once(() => of(6, 'udp'))},
  })
  const ruleSets = perTransport(build)
  const routings = {4: routingOf(state, 4), 6: routingOf(state, 6)}
  const listeners = readListeners(state)
  const prepareDiscovery = (family: Family, build: () => RuleSet) =>
    once(() => {
      const ruleSet = build()
      const routed = state.unreadable.routes === undefined
      const neighbours = readNeighbours(state, family)
      const rules: DiscoveryRules = {
        ...{hooks: hooksOf(ruleSet), routing: routings[family]},
        ...{traits: traits[family], neighbours, routed},
      }
      return {
        rules,
        boundaries: once(() => discoveryBoundaries(ruleSet, rules)),
        changedSets: once(() => changedByRules(ruleSet)),
      }
    })
  const discoveries = {
    4: prepareDiscovery(4, () => buildArpRules(state, traits[4])),
    6: prepareDiscovery(6, () => build(6, 'icmpv6')),
  }
  const finder = createFinder(family => discoveries[family]().rules)
  const judges = perTransport((family, protocol) =>
    createJudge(ruleSets[protocol][family](), routings[family], localPorts(state), protocol, {
      finder,
      discoveryBoundaries: () => discoveries[family]().boundaries(),
      listeners: protocol === 'tcp' ? listeners : null,
      traits: traits[family],
      changedSets: () => discoveries[family]().changedSets(),
    }),
  )
  const examine = (probe: Probe, record?: RecordWalk) =>
    judgeEach(probe, range => {
      const judge = judges[probe.protocol ?? 'tcp'][range.family]()
      return judge(range, probe.port, ownerOf(probe, state), record)
    })
  return {
    examine,
    judge: (probe, record) => examine(probe, record).told,
    ownerRules: (protocol = 'tcp') => readOwnerRules([ruleSets[protocol][4](), ruleSets[protocol][6]()]),
    programs: () => [],
  }
}

function routingOf(state: LinuxFirewallState, family: Family): Routing {
  const {interfaces, routes, routingRules, routingTables, unreadable} = state
  const name = family === 4 ? 'ipv4' : 'ipv6'
  return readRouting(family, interfaces, {
    routes,
    tables: unreadable.routingTables === undefined ? (routingTables?.[name] ?? null) : null,
    rules: unreadable.routingRules === undefined ? (routingRules?.[name] ?? []) : null,
  })
}

/** A range that holds IPv4-mapped addresses beside others is judged by the rules of both families. */
function judgeEach(probe: Probe, judge: (range: FamilyInterval) => Grounded): Grounded {
  const [only, ...others] = parseProbe(probe)
  if (others.length === 0) return judge(only)
  return joinJudgements([only, ...others].map(range => ({range, judgement: judge(range)})))
}

/** @throws UserError for what is no address, CIDR, port or group */
function parseProbe({to, port, gid = []}: Probe): readonly [FamilyInterval, ...FamilyInterval[]] {
  const [first, ...others] = parseDestination(to) ?? []
  if (!first)
    throw new UserError(`"${to}" is neither an address nor a CIDR; use a value like 10.0.0.1 or 10.0.0.0/16.`)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new UserError(`${port} is not a TCP port; use a number from 1 to 65535.`)
  const wrong = [gid].flat().find(group => !isId(group))
  if (wrong !== undefined)
    throw new UserError(`${wrong} is not a group; use a number from 0 to ${HIGHEST_ID}.`)
  return [first, ...others]
}

function localPorts({localPortRange: [lo, hi], unreadable}: LinuxFirewallState) {
  return unreadable.localPortRange === undefined ? {lo, hi} : {lo: 1, hi: 65535}
}
