import {type Family, type Interval, parseInterval} from '../model/address.ts'
import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {Field, Values} from './fields.ts'

/** Addresses of one side that a rule names, by family. A family that it does not name is none of its business. */
export type AddressCondition = Readonly<Record<Family, FamilyAddresses>>

export type FamilyAddresses = {
  readonly intervals: readonly Interval[]
  /** Keywords that stand for addresses which this host may know. */
  readonly keywords: readonly Keyword[]
  /** Keywords that stand for addresses which are not known here (`Internet`, …), and what cannot be read. */
  readonly others: readonly string[]
}

/** Source: MS-FASP 2.2.21 (FW_ADDRESS_KEYWORD). */
export type Keyword = 'localsubnet' | 'dns' | 'dhcp' | 'wins' | 'defaultgateway'

/** The fields that name the addresses of one side. Source: MS-GPFAS 2.2.2.19, 2.2.6.2. */
export type AddressFields = Readonly<Record<Family, readonly string[]>>

export const REMOTE: AddressFields = {4: ['ra4', 'ra42'], 6: ['ra6', 'ra62']}
export const LOCAL: AddressFields = {4: ['la4'], 6: ['la6']}

/** The addresses that these fields name together; null without any. Source: MS-GPFAS 2.2.2.9 to 2.2.2.13. */
export function readAddresses(names: AddressFields, of: Values): AddressCondition | null {
  const [v4, v6] = [names[4].flatMap(of), names[6].flatMap(of)]
  if (v4.length === 0 && v6.length === 0) return null
  return {4: readFamily(4, v4), 6: readFamily(6, v6)}
}

function readFamily(family: Family, values: readonly string[]): FamilyAddresses {
  const intervals: Interval[] = []
  const keywords: Keyword[] = []
  const others: string[] = []
  for (const value of values) {
    const interval = parseInterval(value)
    const keyword = KEYWORDS.get(value.toLowerCase())
    if (interval?.family === family) intervals.push({lo: interval.lo, hi: interval.hi})
    else if (keyword) keywords.push(keyword)
    else others.push(value)
  }
  return {intervals, keywords, others}
}

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ['localsubnet', 'localsubnet'],
  ['localsubnet4', 'localsubnet'],
  ['localsubnet6', 'localsubnet'],
  ['dns', 'dns'],
  ['dhcp', 'dhcp'],
  ['wins', 'wins'],
  ['defaultgateway', 'defaultgateway'],
])

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
