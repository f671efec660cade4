import type {Address} from '../address.ts'
import {askOverUdp} from '../dns/datagram.ts'
import {between, readCounters} from './counters.ts'
import {type Departure, unknown} from './departure.ts'
import {judgeSent} from './judge-sent.ts'
import {isUnresolved, leadingBack, type NextHop, noNextHop} from './next-hop.ts'

/** How long an answer is waited for, in milliseconds: longer than one from another continent takes. */
const ANSWER_MS = 1_000

/** Other packets of this host may move at the same moment: it is looked at for a quiet one. */
const WINDOWS = 3

/**
 * Watches datagrams that a server may or may not answer.
 *
 * @param question what is sent, such as a query of DNS
 * @throws the signal's reason when the run is cancelled.
 */
export async function watchQuery(
  server: Address,
  port: number,
  hop: NextHop,
  {
    question,
    noQueues,
    signal,
  }: {
    readonly question: Buffer
    readonly noQueues: boolean
    readonly signal: AbortSignal
  },
): Promise<Departure> {
  let last: Departure = unknown('nothing was measured')
  for (let window = 0; window < WINDOWS; window += 1) {
    const before = await readCounters(server.family)
    const outcome = await askOverUdp(server, port, question, {timeoutMs: ANSWER_MS, signal})
    // send(2) says so of a packet that a rule drops.
    if (outcome === 'EPERM') return {kind: 'stopped', how: 'sending the query failed with EPERM'}
    const after = await readCounters(server.family)
    if (before === null || after === null) return unknown('the counters of the kernel cannot be read')
    const moved = between(before, after)
    if (outcome !== 'silence') {
      const [back] = await leadingBack(moved.devices, hop.device)
      if (back === undefined) return {kind: 'left', how: `the answer came in through ${hop.device}`}
      last = unknown(`packets moved on ${back} meanwhile, which may lead back to this server`)
    } else {
      if (await isUnresolved(hop, signal)) return noNextHop(hop)
      last = await judgeSent(moved, hop, noQueues)
      if (last.kind === 'left') return last
    }
  }
  return last
}
