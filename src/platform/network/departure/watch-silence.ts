import net from 'node:net'
import type {Address} from '../address.ts'
import {pause} from '../wait.ts'
import {between, type Moved, readCounters} from './counters.ts'
import {type Departure, unknown} from './departure.ts'
import {judgeSent} from './judge-sent.ts'
import {isUnresolved, type NextHop, noNextHop} from './next-hop.ts'
import {isTaken, socketState} from './socket-state.ts'

/**
 * Linux sends the SYN again after 1 s (RFC 6298 section 2); a moment later that attempt is counted. In milliseconds.
 */
const FIRST_RETRANSMIT_MS = 1_200

/** A process that is busy asks late: the retransmission may be the second or third by then. In milliseconds. */
const NEXT_LOOK_MS = 500
const LOOKS = 4

/**
 * Watches connections that nobody answers.
 *
 * @param noQueues whether it is known from elsewhere that no rule hands packets to a queue
 * @throws the signal's reason when the run is cancelled.
 */
export async function watchSilence(
  address: Address,
  port: number,
  hop: NextHop,
  watch: {readonly noQueues: boolean; readonly signal: AbortSignal; readonly windows: number},
): Promise<Departure> {
  const {noQueues, signal, windows} = watch
  let last: Departure = unknown('nothing was measured')
  for (let window = 0; window < windows; window += 1) {
    const seen = await watchOnce(address, port, signal)
    if (typeof seen === 'string') return unknown(seen)
    if (seen.taken === false) {
      return (await isUnresolved(hop, signal))
        ? noNextHop(hop)
        : {kind: 'stopped', how: 'none of the retransmissions went out'}
    }
    last = await judgeSent(seen.moved, hop, noQueues)
    if (last.kind === 'left') return last
  }
  return last
}

type Seen = {readonly taken: boolean; readonly moved: Moved}

/** A clause where a connection could not be watched. */
async function watchOnce(
  {address, family}: Address,
  port: number,
  signal: AbortSignal,
): Promise<Seen | string> {
  const before = await readCounters(family)
  const socket = net.connect({host: address, port})
  // How the connection ends is known already: it is made once more only to be watched.
  socket.on('error', () => undefined)
  try {
    await pause(FIRST_RETRANSMIT_MS, signal)
    for (let look = 0; look < LOOKS; look += 1) {
      const state = await socketState(socket, 'syn-sent', {signal})
      if (state === null) return 'a second attempt had another result'
      const taken = isTaken(state)
      if (taken !== null) {
        const after = await readCounters(family)
        if (before === null || after === null) return 'the counters of the kernel cannot be read'
        return {taken, moved: between(before, after)}
      }
      await pause(NEXT_LOOK_MS, signal)
    }
    return 'the kernel does not show what happened to the request'
  } finally {
    socket.destroy()
  }
}
