import type {Family, Interval} from '../model/address.ts'
import {within} from '../model/address.ts'
import type {Transport} from '../model/protocol.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../model/ternary.ts'
import type {AddressCondition, FamilyAddresses, Keyword} from './conditions.ts'
import {matchesDynamicPort, matchesPort, type PortRange} from './conditions.ts'
import {type Environment, matchesProgram, mayBePackaged} from './program.ts'
import type {WindowsRule} from './rule.ts'

/** Who connects: a program by its path, or any program at all. */
export type Asked = {
  readonly family: Family
  readonly port: number
  readonly protocol: Transport
  readonly program: string | null
  readonly environment: Environment
  /** The ports that the system chooses a connection's own port from; null: not known. */
  readonly dynamicPorts: PortRange | null
}

/**
 * Whether a rule is about a connection, apart from profile, addresses and adapters, and were it enabled. Asked for any
 * program, a rule that is scoped to one program, service or app package is about none of the others.
 */
export function matchesApartFromAddresses(rule: WindowsRule, asked: Asked): Ternary {
  if (rule.outbound === NO || rule.inForce === NO) return NO
  const transport = rule.transports[asked.protocol]
  if (transport === NO) return NO
  const scope = matchesScope(rule, asked)
  if (scope === NO) return NO
  const own = matchesDynamicPort(rule.localPorts, asked.dynamicPorts)
  const ports = and(matchesPort(rule.remotePorts, asked.port), own)
  const doubt =
    rule.undecided.length > 0 || rule.action === 'bypass' || rule.action === 'unknown' ? MAYBE : YES
  return and(and(and(rule.outbound, rule.inForce), and(transport, ports)), and(scope, doubt))
}

function matchesScope({apps, services, packages}: WindowsRule, {program, environment}: Asked): Ternary {
  if (packages.length > 0 && (program === null || !mayBePackaged(program))) return NO
  const ofPackage = packages.length > 0 ? MAYBE : YES
  // The agent is a service as well, so that a rule for every service may be about it.
  const ofService = oneOf(services, service => (service === '*' || program !== null ? MAYBE : NO))
  if (apps.length === 0) return and(ofService, ofPackage)
  const ofProgram = oneOf(apps, app => (program === null ? NO : matchesProgram(app, program, environment)))
  return and(and(ofProgram, ofService), ofPackage)
}

/** Of several values of a field that takes one, any may be the one that counts. */
function oneOf(values: readonly string[], matches: (value: string) => Ternary): Ternary {
  if (values.length === 0) return YES
  const any = values.map(matches).reduce(or)
  return values.length > 1 ? and(any, MAYBE) : any
}

/** What a keyword stands for; `complete`: nothing else. */
export type KnownAddresses = {readonly intervals: readonly Interval[]; readonly complete: boolean}

/** Addresses of a condition in one family, with what its keywords stand for as far as that is known. */
export type ResolvedAddresses = {readonly intervals: readonly Interval[]; readonly others: boolean}

/** Null: any address. */
export function resolveAddresses(
  condition: AddressCondition | null,
  family: Family,
  known: (keyword: Keyword) => KnownAddresses,
): ResolvedAddresses | null {
  if (condition === null) return null
  const {intervals, keywords, others}: FamilyAddresses = condition[family]
  const meant = keywords.map(known)
  return {
    intervals: [...intervals, ...meant.flatMap(addresses => addresses.intervals)],
    others: others.length > 0 || meant.some(({complete}) => !complete),
  }
}

/** `MAYBE` also where only some of the addresses are meant. */
export function matchesAddresses(addresses: ResolvedAddresses | null, query: Interval): Ternary {
  if (addresses === null) return YES
  let found: Ternary = addresses.others ? MAYBE : NO
  for (const interval of addresses.intervals) {
    found = or(found, within(interval, query))
    if (found === YES) return YES
  }
  return found
}

/** Whether an address condition cuts the range: part of it is meant, part is not. */
export function cuts(addresses: ResolvedAddresses | null, query: Interval): boolean {
  if (addresses === null) return false
  return addresses.intervals.some(interval => within(interval, query) === MAYBE)
}
