import type net from 'node:net'
import type {Address} from '../address.ts'
import {connectFirst, type NotConnected} from '../tcp/connect.ts'
import {type Greeting, greet} from '../tcp/greet.ts'
import {type Limits, pause, waitFor} from '../wait.ts'
import {between, type Moved, readCounters} from './counters.ts'
import {type Departure, unknown} from './departure.ts'
import {isUnresolved, leadingBack, type NextHop, noNextHop} from './next-hop.ts'

/** Other traffic of this host may move at the same moment: one coincidence is not taken for an answer. */
const ATTEMPTS = 3

/** How long it is looked at what moves without an attempt, in milliseconds. */
const CONTROL_MS = 250

type Watch = Limits & {readonly greeting: Greeting | null}

/** How long an answer to the greeting is waited for, in milliseconds. */
const ANSWER_MS = 1_000

/**
 * Tells where the answer to connections comes from: a reject by this host's own rules, or a closed port that they
 * redirect to, is sent by the loopback interface; what others answer is not. An attempt during which nothing moved there
 * proves that the answer came from beyond.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export function watchAnswer(address: Address, port: number, hop: NextHop, watch: Watch): Promise<Departure> {
  return alone(() => watchAttempts(address, port, hop, watch))
}

async function watchAttempts(address: Address, port: number, hop: NextHop, watch: Watch): Promise<Departure> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await readCounters(address.family)
    const outcome = await connectFirst([address], port, watch)
    if (outcome.kind === 'connected') await hear(outcome.socket, watch)
    else if (!isAnswer(outcome)) return nothingCame(hop, watch.signal)
    const after = await readCounters(address.family)
    if (before === null || after === null) return unknown('the counters of the kernel cannot be read')
    const back = await leadingBack(between(before, after).devices, hop.device)
    if (back.length === 0) return {kind: 'left', how: `the answer came in through ${hop.device}`}
  }
  const control = await withoutAttempt(address, watch.signal)
  const back = await leadingBack(control?.devices ?? [], hop.device)
  return control !== null && back.length === 0
    ? {kind: 'stopped', how: 'the answer comes from this server itself'}
    : unknown('other traffic inside this server hides where the answer comes from')
}

async function hear(socket: net.Socket, {greeting, signal}: Watch): Promise<void> {
  try {
    if (greeting === null) return
    await waitFor<void>(
      {timeoutMs: ANSWER_MS, signal},
      () => undefined,
      settle => {
        const speaker = greet(socket, greeting)
        speaker.on('error', () => settle())
        for (const event of ['secureConnect', 'data', 'end', 'close']) speaker.once(event, () => settle())
        return () => undefined
      },
    )
  } finally {
    socket.destroy()
  }
}

async function nothingCame(hop: NextHop, signal: AbortSignal): Promise<Departure> {
  return (await isUnresolved(hop, signal)) ? noNextHop(hop) : unknown('a second attempt had another result')
}

async function withoutAttempt({family}: Address, signal: AbortSignal): Promise<Moved | null> {
  const before = await readCounters(family)
  await pause(CONTROL_MS, signal)
  const after = await readCounters(family)
  return before && after && between(before, after)
}

function isAnswer({decisive: {outcome, beforeSending}}: NotConnected): boolean {
  return !beforeSending && outcome !== 'timeout'
}

let running: Promise<unknown> = Promise.resolve()

/** One after the other: connections of this very process would move the counters, too. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const next = running.then(work, work)
  running = next.catch(() => undefined)
  return next
}
