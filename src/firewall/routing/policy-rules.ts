import {type Family, type Interval, parseInterval, within} from '../model/address.ts'
import type {PortRange} from '../model/protocol.ts'
import {isNamed} from '../model/protocol.ts'
import {and, definite, MAYBE, NO, negateIf, type Ternary, YES} from '../model/ternary.ts'
import type {Flow} from './flow.ts'

/** What a rule of `ip rule` does with the packets that it is for. */
export type PolicyAction =
  | {
      readonly kind: 'lookup'
      readonly table: string
      /** Routes of this prefix length or a shorter one do not count. */
      readonly suppressPrefix: number | null
      /** Routes over some interfaces do not count. */
      readonly suppressGroup: boolean
    }
  | {readonly kind: 'goto'; readonly priority: number}
  | {readonly kind: 'blackhole' | 'unreachable' | 'prohibit'}
  | {readonly kind: 'nothing'}
  /** It is not understood. */
  | {readonly kind: 'unknown'}

/** A rule of `ip rule show` (ip-rule(8)). What it does not ask for is null. */
export type PolicyRule = {
  readonly priority: number
  readonly text: string
  readonly negated: boolean
  readonly from: Interval | null
  readonly to: Interval | null
  readonly mark: {readonly value: number; readonly mask: number} | null
  /** Where the packet comes in; `lo` for what this host sends. */
  readonly incoming: string | null
  readonly outgoing: string | null
  readonly uid: PortRange | null
  readonly protocol: string | null
  readonly sourcePorts: PortRange | null
  readonly ports: PortRange | null
  /** It asks for the type of service. */
  readonly service: boolean
  /** It asks for something that is not followed. */
  readonly unsure: boolean
  readonly action: PolicyAction
}

/** The rules of a kernel that has none, or has no policy routing. */
export const DEFAULT_RULES = [
  '0:\tfrom all lookup local',
  '32766:\tfrom all lookup main',
  '32767:\tfrom all lookup default',
]

/** Reads lines of `ip rule show`, in order; null where one of them is no rule. */
export function readPolicyRules(family: Family, lines: readonly string[]): readonly PolicyRule[] | null {
  const rules = lines.map(line => readRule(family, line))
  const known = rules.filter(rule => rule !== null)
  return known.length === rules.length ? known : null
}

type Mutable = {-readonly [Key in keyof PolicyRule]: PolicyRule[Key]}

/** Reads `32765:	from all fwmark 0x1/0xff lookup 100 suppress_prefixlength 0 proto static`. */
function readRule(family: Family, line: string): PolicyRule | null {
  const words = line.trim().split(/\s+/)
  const priority = /^(\d+):$/.exec(words.shift() ?? '')?.[1]
  if (priority === undefined || words.length === 0) return null
  const rule: Mutable = {
    ...{priority: Number(priority), text: line.trim().replace(/\s+/g, ' '), negated: false},
    ...{from: null, to: null, mark: null, incoming: null, outgoing: null, uid: null, protocol: null},
    ...{sourcePorts: null, ports: null, service: false, unsure: false, action: {kind: 'nothing'}},
  }
  let suppressPrefix: number | null = null
  let suppressGroup = false
  const range = (text: string): PortRange | null => {
    const [, lo, hi] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
    return lo === undefined ? null : {lo: Number(lo), hi: Number(hi ?? lo)}
  }
  const read = <T>(value: T | null): T | null => {
    if (value === null) rule.unsure = true
    return value
  }
  while (words.length > 0) {
    const word = words.shift() ?? ''
    const value = () => words.shift() ?? ''
    switch (word) {
      case 'not':
        rule.negated = true
        break
      case 'from':
      case 'to':
        rule[word] = addresses(family, value(), read)
        break
      case 'fwmark':
        rule.mark = read(markOf(value()))
        break
      case 'iif':
        rule.incoming = value()
        break
      case 'oif':
        rule.outgoing = value()
        break
      case 'uidrange':
        rule.uid = read(range(value()))
        break
      case 'ipproto':
        rule.protocol = value()
        break
      case 'sport':
        rule.sourcePorts = read(range(value()))
        break
      case 'dport':
        rule.ports = read(range(value()))
        break
      case 'tos':
      case 'dsfield':
      case 'dscp':
        rule.service = value() !== ''
        break
      case 'lookup':
      case 'table':
        rule.action = {kind: 'lookup', table: tableName(value()), suppressPrefix: null, suppressGroup: false}
        break
      case 'suppress_prefixlength':
        suppressPrefix = read(range(value()))?.lo ?? null
        break
      case 'suppress_ifgroup':
        suppressGroup = value() !== ''
        break
      case 'goto':
        rule.action = {kind: 'goto', priority: Number(value())}
        break
      case 'blackhole':
      case 'unreachable':
      case 'prohibit':
        rule.action = {kind: word}
        break
      case 'nop':
      case '[detached]':
      case '[unresolved]':
        break
      case 'realms':
      case 'proto':
        value()
        break
      default:
        rule.unsure = true
        words.shift()
    }
  }
  if (rule.action.kind === 'lookup') rule.action = {...rule.action, suppressPrefix, suppressGroup}
  return rule
}

function addresses(family: Family, text: string, read: <T>(value: T | null) => T | null): Interval | null {
  if (text === 'all' || text === 'default') return null
  const interval = parseInterval(text)
  return read(interval?.family === family ? {lo: interval.lo, hi: interval.hi} : null)
}

function markOf(text: string): PolicyRule['mark'] {
  const [, value, mask] = /^(0x[0-9a-f]+|\d+)(?:\/(0x[0-9a-f]+|\d+))?$/i.exec(text) ?? []
  return value === undefined
    ? null
    : {value: Number(value), mask: mask === undefined ? 0xffffffff : Number(mask)}
}

const NUMBERED: Readonly<Record<string, string>> = {'253': 'default', '254': 'main', '255': 'local'}

/** The three tables that every host has, by the names that they mostly have; others as they are called. */
export function tableName(word: string): string {
  return NUMBERED[word] ?? word
}

/** That of the VRF which a socket is bound to. */
const VRF_TABLE = '[l3mdev-table]'

/**
 * Whether a rule is for the packets of a flow (`fib4_rule_match` in net/ipv4/fib_rules.c, `fib6_rule_match` in
 * net/ipv6/fib6_rules.c, `fib_rule_match` in net/core/fib_rules.c): a source that is not chosen yet is no source.
 */
export function matchPolicyRule(rule: PolicyRule, flow: Flow): Ternary {
  const {from, to, mark, incoming, outgoing, uid, protocol, sourcePorts, ports, service, unsure} = rule
  if (rule.action.kind === 'lookup' && rule.action.table === VRF_TABLE) return NO
  const asked: Ternary[] = [
    from === null ? YES : flow.from === null ? NO : within(from, flow.from),
    to === null ? YES : within(to, flow.to),
    mark === null ? YES : matchMark(mark, flow),
    definite(incoming === null || incoming === 'lo'),
    definite(outgoing === null),
    uid === null ? YES : flow.uid === null ? MAYBE : within(uid, {lo: flow.uid, hi: flow.uid}),
    definite(protocol === null || isNamed(flow.protocol, protocol)),
    sourcePorts === null ? YES : within(sourcePorts, flow.ports.src ?? {lo: 0, hi: 0}),
    ports === null ? YES : within(ports, flow.ports.dst),
    service ? (flow.rerouted ? MAYBE : NO) : YES,
    unsure ? MAYBE : YES,
  ]
  return negateIf(rule.negated, asked.reduce(and))
}

function matchMark({value, mask}: {readonly value: number; readonly mask: number}, {mark}: Flow): Ternary {
  if (((mark.value ^ value) & mask & ~mark.unknown) !== 0) return NO
  return (mark.unknown & mask) === 0 ? YES : MAYBE
}

/**
 * Whether rules may send what this host sends by another table than main, of which nothing was captured: by its mark,
 * its owner, its source or in any other way.
 *
 * @param mainHasDefault whether the main table has a route for every address, so that no rule after it counts
 */
export function dependsOnRules(rules: readonly PolicyRule[], mainHasDefault: boolean): boolean {
  for (const {incoming, negated, action, ...asked} of rules) {
    if (incoming !== null && incoming !== 'lo' && !negated) continue
    if (action.kind === 'nothing') continue
    if (action.kind !== 'lookup') return true
    if (action.table === 'local' || action.table === 'default') continue
    if (action.table !== 'main' || action.suppressPrefix !== null || action.suppressGroup) return true
    if (mainHasDefault && asksNothing({...asked, negated, incoming})) return false
  }
  return false
}

function asksNothing(rule: Omit<PolicyRule, 'action'>): boolean {
  const {priority: _, text: __, negated, service, unsure, ...asked} = rule
  return !negated && !service && !unsure && Object.values(asked).every(value => value === null)
}
