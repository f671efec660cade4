import type {Interval} from '../model/address.ts'
import type {IpProtocol, PortRange} from '../model/protocol.ts'
import type {Mark} from '../model/rules.ts'

/** What the kernel looks a route up by, for a packet that this host sends. */
export type Flow = {
  readonly protocol: IpProtocol
  readonly to: Interval
  /** Null as long as none is chosen. */
  readonly from: Interval | null
  readonly mark: Mark
  /** Of the socket's owner; null where it is not known. */
  readonly uid: number | null
  readonly ports: {
    /** Null as long as none is chosen. */
    readonly src: PortRange | null
    readonly dst: PortRange
  }
  /** Rules may have changed the packet since it was sent. */
  readonly rerouted: boolean
}
