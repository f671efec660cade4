import type {Visit} from './visit.ts'
import {visitKey} from './visits.ts'

/** Packets of the connection that took the same way, with the base chains that they met in order. */
export type PacketWalk = {readonly packets: readonly Visit['segment'][]; readonly visits: readonly Visit[]}

/** The visits packet by packet; a packet that goes the way of the one before it, in the same direction, joins it. */
export function byPacket(visits: readonly Visit[]): readonly PacketWalk[] {
  const walks: {packets: Visit['segment'][]; visits: Visit[]}[] = []
  for (const visit of visits) {
    const last = walks.at(-1)
    if (last?.packets[0] === visit.segment) last.visits.push(visit)
    else walks.push({packets: [visit.segment], visits: [visit]})
  }
  const joined: typeof walks = []
  for (const walk of walks) {
    const last = joined.at(-1)
    if (last && last.packets[0]?.stage === walk.packets[0]?.stage && isSameWay(last, walk))
      last.packets.push(...walk.packets)
    else joined.push(walk)
  }
  return joined
}

function isSameWay(a: PacketWalk, b: PacketWalk): boolean {
  return wayOf(a) === wayOf(b)
}

function wayOf({visits}: PacketWalk): string {
  return visits.map(visitKey).join('\n')
}
