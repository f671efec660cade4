import type {Interval} from '../model/address.ts'
import type {PortRange, Transport} from '../model/protocol.ts'

/** One dimension of an element: what it is compared with is decided by the set's type and the rule's directions. */
export type Dimension =
  | {readonly kind: 'address'; readonly within: Interval}
  /** `of`: of any transport where it is null, and of another one than those that are judged where it is `other`. */
  | {readonly kind: 'ports'; readonly of: Transport | 'other' | null; readonly range: PortRange}
  | {readonly kind: 'interface'; readonly name: string}
  | {readonly kind: 'mark'; readonly value: number}
  /** Compared with something that is not modelled. */
  | {readonly kind: 'opaque'}

export type Element = {
  readonly dimensions: readonly Dimension[]
  /** An exception inside a larger element. */
  readonly nomatch: boolean
  /** Length of each address's prefix: of the elements that match, the most specific decides. */
  readonly specificity: number
}

/** A named set of `ipset`. */
export type AddressSet = {
  readonly name: string
  /** Null: tested against packets of either family. */
  readonly family: 4 | 6 | null
  /** A rule that names fewer directions than this never matches. */
  readonly dimensions: number
  readonly elements: readonly Element[]
  /** Sets that this one is a list of. */
  readonly members: readonly AddressSet[]
}
