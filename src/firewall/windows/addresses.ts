import {type Family, type Interval, parseInterval} from '../address.ts'
import type {Values} from './fields.ts'

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
