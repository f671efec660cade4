import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'
import type {Field} from './fields.ts'

/** Ports that a rule names; `others`: it names ports by a keyword as well. */
export type PortCondition = {
  readonly ranges: readonly {readonly lo: number; readonly hi: number}[]
  readonly others: boolean
}

/**
 * The ports that the fields `RPort…` or `LPort…` name together; null without any. Keywords (`RPC`, `IPHTTPSOut`) and
 * what is neither port nor range stand for ports that are not known. Source: MS-GPFAS 2.2.2.2 and 2.2.2.3.
 */
export function readPorts(side: 'l' | 'r', fields: readonly Field[]): PortCondition | null {
  const values = fields.flatMap(({name, value}) => (name.startsWith(`${side}port`) ? [value] : []))
  if (values.length === 0) return null
  const ranges = values.map(parseRange)
  return {ranges: ranges.filter(range => range !== null), others: ranges.includes(null)}
}

function parseRange(text: string) {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  if (!match) return null
  const [lo, hi] = [Number(match[1]), Number(match[2] ?? match[1])]
  return lo <= hi && hi <= 65535 ? {lo, hi} : null
}

export function matchesPort(condition: PortCondition | null, port: number): Ternary {
  if (condition === null || condition.ranges.some(({lo, hi}) => lo <= port && port <= hi)) return YES
  return condition.others ? MAYBE : NO
}

/**
 * The lowest port that `netsh int ipv4 set dynamicport` takes: a connection's own port, which the system chooses, is
 * that or higher.
 */
const LOWEST_DYNAMIC = 1025

/** Whether a rule's local ports hold the port that the system will choose for a connection. */
export function matchesDynamicPort(condition: PortCondition | null): Ternary {
  if (condition === null) return YES
  const {ranges, others} = condition
  if (ranges.some(({lo, hi}) => lo <= LOWEST_DYNAMIC && hi === 65535)) return YES
  return others || ranges.some(({hi}) => hi >= LOWEST_DYNAMIC) ? MAYBE : NO
}
