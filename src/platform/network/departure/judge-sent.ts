import type {Moved} from './counters.ts'
import {type Departure, unknown} from './departure.ts'
import {leadingBack, type NextHop} from './next-hop.ts'

/**
 * What becomes of packets that the IP layer took and nobody answers. A rule may have given them to a queue, sent them to a port of this
 * host, or drop the replies: none of it happened where nothing of the kind moved.
 */
export async function judgeSent(moved: Moved, {device}: NextHop, noQueues: boolean): Promise<Departure> {
  const {keptBack, notDelivered, discarded, devices} = moved
  const [back] = await leadingBack(devices, device)
  if (back !== undefined)
    return unknown(`packets moved on ${back} meanwhile, which may lead back to this server`)
  if (keptBack === null && !noQueues) return unknown('this kernel does not count queued packets')
  if (keptBack !== null && keptBack !== 0) return unknown('packets were queued on this server meanwhile')
  if (discarded !== 0) return unknown('packets were dropped on this server meanwhile')
  if (notDelivered === null) return unknown('this kernel does not count dropped replies')
  if (notDelivered !== 0) return unknown('incoming packets were dropped on this server meanwhile')
  return {kind: 'left', how: `sent by ${device}, and no incoming packet was dropped meanwhile`}
}
