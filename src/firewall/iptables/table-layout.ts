import type {Hook} from '../model.ts'
import {PRIORITY} from '../netfilter.ts'

export type TableLayout = Readonly<Partial<Record<Hook, number>>>

/** The hooks of each table that a connection of this host passes, with their priorities. */
export const LAYOUT: Readonly<Record<string, TableLayout>> = {
  raw: {prerouting: PRIORITY.raw, output: PRIORITY.raw},
  mangle: {
    prerouting: PRIORITY.mangle,
    input: PRIORITY.mangle,
    output: PRIORITY.mangle,
    postrouting: PRIORITY.mangle,
  },
  nat: {
    prerouting: PRIORITY.destinationNat,
    input: PRIORITY.sourceNat,
    output: PRIORITY.destinationNat,
    postrouting: PRIORITY.sourceNat,
  },
  filter: {input: PRIORITY.filter, output: PRIORITY.filter},
  security: {input: PRIORITY.security, output: PRIORITY.security},
}
