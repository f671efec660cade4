import type {Address} from '../address.ts'
import {connectFirst} from '../tcp/connect.ts'
import {type Greeting, greet} from '../tcp/greet.ts'
import {pause} from '../wait.ts'
import {between, readCounters} from './counters.ts'
import {type Departure, unknown} from './departure.ts'
import {judgeSent} from './judge-sent.ts'
import type {NextHop} from './next-hop.ts'
import {isTaken, socketState} from './socket-state.ts'

/** The retransmission timer runs out after 200 ms and a few round trips at first (RFC 6298; Linux). In milliseconds. */
const LOOK_EVERY_MS = 400
const LOOKS = 8

type Watch = {
  readonly noQueues: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly greeting: Greeting
}

/**
 * Watches what is sent over a connection that opens and then stays silent: whether it gets out of this host.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function watchData(
  address: Address,
  port: number,
  hop: NextHop,
  {noQueues, greeting, ...limits}: Watch,
): Promise<Departure> {
  const before = await readCounters(address.family)
  const tcp = await connectFirst([address], port, limits)
  if (tcp.kind === 'failed') return unknown('a second attempt had another result')
  const {socket} = tcp
  socket.on('error', () => undefined)
  try {
    greet(socket, greeting).on('error', () => undefined)
    for (let look = 0; look < LOOKS; look += 1) {
      await pause(LOOK_EVERY_MS, limits.signal)
      const state = await socketState(socket, 'established', {signal: limits.signal})
      if (state === null) return unknown('a second attempt had another result')
      const after = await readCounters(address.family)
      if (before === null || after === null) return unknown('the counters of the kernel cannot be read')
      const moved = between(before, after)
      // The SYN counts as one: more is data that got there, and an acknowledgement that came back. What came with it, or
      // after it, may have been dropped here.
      if (state.acknowledged > 1) return await judgeSent(moved, hop, noQueues)
      const taken = isTaken(state)
      if (taken === false) return {kind: 'stopped', how: 'none of the data that followed went out'}
      if (taken) return await judgeSent(moved, hop, noQueues)
    }
    return unknown('the kernel does not show what happened to the data')
  } finally {
    socket.destroy()
  }
}
