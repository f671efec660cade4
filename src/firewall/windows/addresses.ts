import {type Family, type Interval, parseInterval} from '../address.ts'
import type {Field} from './fields.ts'

/** Addresses of one side that a rule names, by family. A family that it does not name is none of its business. */
export type AddressCondition = Readonly<Record<Family, FamilyAddresses>>

export type FamilyAddresses = {
  readonly intervals: readonly Interval[]
  /** `LocalSubnet`: the subnets that the host's interfaces are in. */
  readonly localSubnet: boolean
  /** Keywords that stand for addresses which are not known here (`DNS`, `Internet`, …), and what cannot be read. */
  readonly others: readonly string[]
}

/**
 * The addresses that the fields `RA4`, `RA6`, `RA42`, `RA62` or `LA4`, `LA6` name together; null without any.
 * Source: MS-GPFAS 2.2.2.9 to 2.2.2.13.
 */
export function readAddresses(side: 'l' | 'r', fields: readonly Field[]): AddressCondition | null {
  const values = (family: Family) =>
    fields.flatMap(({name, value}) => (isOf(name, side, family) ? [value] : []))
  const [v4, v6] = [values(4), values(6)]
  if (v4.length === 0 && v6.length === 0) return null
  return {4: readFamily(4, v4), 6: readFamily(6, v6)}
}

function isOf(name: string, side: 'l' | 'r', family: Family): boolean {
  return name === `${side}a${family}` || (side === 'r' && name === `ra${family}2`)
}

function readFamily(family: Family, values: readonly string[]): FamilyAddresses {
  const intervals: Interval[] = []
  const others: string[] = []
  let localSubnet = false
  for (const value of values) {
    const interval = parseInterval(value)
    if (interval?.family === family) intervals.push({lo: interval.lo, hi: interval.hi})
    else if (/^LocalSubnet[46]?$/i.test(value)) localSubnet = true
    else others.push(value)
  }
  return {intervals, localSubnet, others}
}
