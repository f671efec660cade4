import type {Traits} from '../host/traits.ts'
import type {Family} from '../model/address.ts'
import type {Protocol} from '../model/protocol.ts'
import type {Selector, Source} from '../model/selector.ts'
import type {ValueType} from './values.ts'

/** Which packets an expression is about to read. */
export type Surroundings = {
  /** Of the packets that are judged. */
  readonly family: Family
  readonly protocol: Protocol
  /** Of the table: it hides how the JSON of a rule is to be completed. */
  readonly tableFamily: string
  readonly traits: Traits
}

/** Something that a rule reads from a packet, and how it writes what it compares it with. */
export type Reading = {readonly selector: Selector; readonly type: ValueType}

/** `never`: the packets that are judged have nothing of the kind. Null: not understood, or not to be known. */
export type Read = Reading | 'never' | null

export function reading(source: Source, type: ValueType): Reading {
  return {selector: {source, operations: []}, type}
}

/** Something that is the same for all packets in question. */
export function constant(value: number, type: ValueType, tracked = false): Reading {
  return reading({of: 'constant', value, tracked}, type)
}
