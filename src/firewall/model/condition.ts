import type {AddressSet} from '../sets/address-set.ts'
import type {ChangingSets} from '../sets/changing-sets.ts'
import type {KeyIndex} from '../sets/key-index.ts'
import type {Interval} from './address.ts'
import type {AddressField, PortRange, TupleField} from './protocol.ts'
import type {Selector} from './selector.ts'
import type {Ternary} from './ternary.ts'

/**
 * One test that a rule makes on a packet. All of a rule's conditions must hold. Every rule engine is translated
 * into this closed union; what has no translation is `undecided`.
 *
 * `moot` on a conntrack test: the same match also tests the state, and then a packet without a tracking entry is
 * judged by its state alone; otherwise such a packet never matches.
 */
export type Condition =
  | {
      readonly kind: 'address'
      readonly field: AddressField
      readonly within: Interval
      readonly negated: boolean
    }
  | {
      readonly kind: 'masked-address'
      readonly field: AddressField
      readonly mask: number
      readonly value: number
      readonly negated: boolean
    }
  | {
      readonly kind: 'ports'
      readonly of: 'src' | 'dst' | 'either'
      readonly ranges: readonly PortRange[]
      readonly negated: boolean
    }
  | {
      readonly kind: 'interface'
      readonly of: 'in' | 'out'
      readonly name: string
      /** `name` is the beginning of the interface's name. */
      readonly prefix: boolean
      readonly negated: boolean
    }
  | {readonly kind: 'tcp-flags'; readonly mask: number; readonly value: number; readonly negated: boolean}
  | {readonly kind: 'icmpv6-type'; readonly type: number; readonly negated: boolean}
  | {readonly kind: 'conntrack-state'; readonly states: number; readonly negated: boolean}
  | {readonly kind: 'conntrack-direction'; readonly reply: boolean; readonly moot: boolean}
  | {
      readonly kind: 'conntrack-tuple'
      readonly field: TupleField
      readonly within: Interval
      readonly negated: boolean
      readonly moot: boolean
    }
  | {
      readonly kind: 'conntrack-port'
      readonly field: TupleField
      readonly ports: PortRange
      readonly negated: boolean
      readonly moot: boolean
    }
  | {
      readonly kind: 'conntrack-status'
      readonly bits: number
      readonly negated: boolean
      readonly moot: boolean
    }
  | {readonly kind: 'conntrack-protocol'; readonly same: boolean; readonly moot: boolean}
  | {
      readonly kind: 'owner'
      readonly uid: {readonly range: PortRange; readonly negated: boolean} | null
      /** `others`: the supplementary groups count as well. */
      readonly gid: {readonly range: PortRange; readonly negated: boolean; readonly others: boolean} | null
      readonly socket: {readonly negated: boolean} | null
    }
  | {
      readonly kind: 'address-type'
      readonly field: AddressField
      readonly types: readonly string[]
      readonly negated: boolean
    }
  | {
      readonly kind: 'mark'
      readonly of: 'packet' | 'connection'
      readonly value: number
      readonly mask: number
      readonly negated: boolean
    }
  | {
      readonly kind: 'set'
      readonly set: AddressSet
      readonly directions: readonly AddressField[]
      readonly negated: boolean
      readonly changing?: ChangingSets
    }
  /** What is read from the packet, part by part, is a key among others. A part that cannot be read never matches. */
  | {
      readonly kind: 'lookup'
      readonly key: readonly Selector[]
      readonly among: KeyIndex<unknown>
      readonly negated: boolean
      readonly changing?: ChangingSets
    }
  | {readonly kind: 'reverse-path'; readonly negated: boolean}
  | {readonly kind: 'bridge-port'; readonly negated: boolean}
  /** Total length of the IP packet in bytes. */
  | {readonly kind: 'length'; readonly bytes: PortRange; readonly negated: boolean}
  /** The segment size that the packet announces; without one only a negated test matches. */
  | {readonly kind: 'max-segment'; readonly within: PortRange; readonly negated: boolean}
  /** Whether the packet has an option of TCP of this kind. */
  | {readonly kind: 'tcp-option'; readonly option: number; readonly negated: boolean}
  /** Whether there is a socket for the packet; `bound`: one that is bound to an address. */
  | {readonly kind: 'socket'; readonly bound: boolean}
  /** A country, which addresses that nobody is given are not in. */
  | {readonly kind: 'country'; readonly field: AddressField; readonly negated: boolean}
  /** A pattern in the payload: the handshake carries none. */
  | {readonly kind: 'payload'; readonly negated: boolean}
  | {readonly kind: 'constant'; readonly value: Ternary}
  /** Depends on something that neither rules nor probe tell (a rate, a time, another table). */
  | {readonly kind: 'undecided'; readonly payload: boolean}
