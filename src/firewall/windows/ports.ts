import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'
import type {Field} from './fields.ts'

export type PortRange = {readonly lo: number; readonly hi: number}

/** Ports that a rule names; `others`: it names ports by a keyword as well. */
export type PortCondition = {readonly ranges: readonly PortRange[]; readonly others: boolean}

/**
 * The ports that the fields whose names begin so (`rport`, `lport`, `ep2port`) name together; null without any. Keywords
 * (`RPC`, `IPHTTPSOut`) and what is neither port nor range stand for ports that are not known.
 * Source: MS-GPFAS 2.2.2.2, 2.2.2.3.
 */
export function readPorts(prefix: string, fields: readonly Field[]): PortCondition | null {
  const values = fields.flatMap(({name, value}) => (name.startsWith(prefix) ? [value] : []))
  if (values.length === 0) return null
  const ranges = values.map(parsePorts)
  return {ranges: ranges.filter(range => range !== null), others: ranges.includes(null)}
}

/** Reads a port, or a range of ports; null for anything else. */
export function parsePorts(text: string): PortRange | null {
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
 * Where nobody has captured the range: the lowest port that `netsh int ipv4 set dynamicport` takes. A connection's own
 * port, which the system chooses, is that or higher.
 */
const WIDEST: PortRange = {lo: 1025, hi: 65535}

/**
 * Whether a rule's local ports hold the port that the system will choose for a connection.
 * @param dynamic the ports that it chooses from; null: not known
 */
export function matchesDynamicPort(condition: PortCondition | null, dynamic: PortRange | null): Ternary {
  if (condition === null) return YES
  const {ranges, others} = condition
  const range = dynamic ?? WIDEST
  if (covers(ranges, range)) return YES
  return others || ranges.some(({lo, hi}) => lo <= range.hi && range.lo <= hi) ? MAYBE : NO
}

function covers(ranges: readonly PortRange[], {lo, hi}: PortRange): boolean {
  let next = lo
  for (const range of ranges.toSorted((a, b) => a.lo - b.lo)) {
    if (range.lo <= next && next <= range.hi) next = range.hi + 1
  }
  return next > hi
}
