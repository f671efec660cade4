import type {Family, Interval} from '../address.ts'
import {and, MAYBE, NO, or, type Ternary, YES} from '../ternary.ts'
import {within} from '../within.ts'
import type {AddressCondition, FamilyAddresses} from './addresses.ts'
import {matchesDynamicPort, matchesPort} from './ports.ts'
import {type Environment, matchesProgram, mayBePackaged} from './program.ts'
import type {WindowsRule} from './rule.ts'

/** Who connects: a program by its path, or any program at all. */
export type Asked = {
  readonly family: Family
  readonly port: number
  readonly program: string | null
  readonly environment: Environment
}

/**
 * Whether a rule is about a connection, apart from profile and addresses, and were it enabled. Asked for any program, a
 * rule that is scoped to one program, service or app package is about none of the others.
 */
export function matchesApartFromAddresses(rule: WindowsRule, asked: Asked): Ternary {
  if (rule.outbound === NO || rule.inForce === NO || rule.tcp === NO) return NO
  const scope = matchesScope(rule, asked)
  if (scope === NO) return NO
  const ports = and(matchesPort(rule.remotePorts, asked.port), matchesDynamicPort(rule.localPorts))
  const doubt =
    rule.undecided.length > 0 || rule.action === 'bypass' || rule.action === 'unknown' ? MAYBE : YES
  return and(and(and(rule.outbound, rule.inForce), and(rule.tcp, ports)), and(scope, doubt))
}

function matchesScope(rule: WindowsRule, {program, environment}: Asked): Ternary {
  const {app, service, appPackage} = rule
  if (appPackage !== null && (program === null || !mayBePackaged(program))) return NO
  // The agent is a service as well, so that a rule for every service may be about it.
  const ofService = service === null ? YES : service === '*' || program !== null ? MAYBE : NO
  if (app === null) return and(ofService, appPackage === null ? YES : MAYBE)
  const ofProgram = program === null ? NO : matchesProgram(app, program, environment)
  return and(and(ofProgram, ofService), appPackage === null ? YES : MAYBE)
}

/** Addresses of a condition in one family, with what its keywords stand for as far as that is known. */
export type ResolvedAddresses = {readonly intervals: readonly Interval[]; readonly others: boolean}

/** Null: any address. */
export function resolveAddresses(
  condition: AddressCondition | null,
  family: Family,
  subnets: readonly Interval[] | null,
): ResolvedAddresses | null {
  if (condition === null) return null
  const {intervals, localSubnet, others}: FamilyAddresses = condition[family]
  return {
    intervals: localSubnet && subnets !== null ? [...intervals, ...subnets] : intervals,
    others: others.length > 0 || (localSubnet && subnets === null),
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
