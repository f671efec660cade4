import type {PortRange} from '../model/protocol.ts'
import type {Action} from '../model/rules.ts'
import type {LinuxFirewallState, QueueReader} from '../state/state.ts'

/** Who reads queues of packets; null where that was not captured, so that anybody may read any of them. */
export type Queues = readonly QueueReader[] | null

export function readQueues({queueReaders, unreadable}: LinuxFirewallState): Queues {
  return unreadable.queueReaders === undefined ? (queueReaders ?? null) : null
}

/** Numbers of queues that a rule may hand a packet to. */
const ALL_QUEUES: PortRange = {lo: 0, hi: 65535}

/**
 * What handing packets to one of these queues comes to. A program that reads it decides; where none does, `bypass` is an
 * accept, which ends the base chain and no other, and without it the packet is dropped (nf_queue() in
 * linux/net/netfilter/nf_queue.c, measured on 6.18).
 *
 * @param numbers null where it is not known which
 */
export function queueAction(queues: Queues, numbers: readonly PortRange[] | null, bypass: boolean): Action {
  const candidates = numbers ?? [ALL_QUEUES]
  const name = nameOf(numbers)
  if (!queues) return {kind: 'unknown', why: `which programs read ${name} was not captured`}
  const readers = queues.filter(({queue}) => candidates.some(({lo, hi}) => lo <= queue && queue <= hi))
  if (readers.length > 0) return {kind: 'unknown', why: readers.map(describe).join('; ')}
  return bypass ? {kind: 'accept', unread: true} : {kind: 'drop'}
}

function nameOf(numbers: readonly PortRange[] | null): string {
  const [first, ...more] = numbers ?? []
  if (!first || more.length > 0) return 'these queues'
  return first.lo === first.hi ? `queue ${first.lo}` : `queues ${first.lo} to ${first.hi}`
}

function describe({queue, program}: QueueReader): string {
  const who = program ? `${program.name} (pid ${program.pid})` : 'a program whose name is not known'
  return `queue ${queue} is read by ${who}, which may drop the packet`
}
