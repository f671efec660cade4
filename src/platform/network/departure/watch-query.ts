import dgram from 'node:dgram'
import type {Address} from '../address.ts'
import {errorCode, waitFor} from '../wait.ts'
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
    const outcome = await ask(server, port, question, signal)
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

/** `answer`: a datagram; else the code of an error, as of a closed port. */
async function ask(
  {address, family}: Address,
  port: number,
  question: Buffer,
  signal: AbortSignal,
): Promise<string> {
  const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    return await waitFor<string>(
      {timeoutMs: ANSWER_MS, signal},
      () => 'silence',
      settle => {
        const fail = (error: Error | null | undefined) => {
          if (error) settle(errorCode(error))
        }
        socket.on('error', fail)
        socket.on('message', () => settle('answer'))
        // A connected socket hears of a closed port.
        socket.connect(port, address, (error?: Error | null) => {
          if (error) fail(error)
          else socket.send(question, fail)
        })
        return () => undefined
      },
    )
  } finally {
    socket.close()
  }
}
