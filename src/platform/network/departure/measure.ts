import {release} from 'node:os'
import {join} from 'node:path'
import {readSystemFile} from '../../files/read.ts'
import type {Address} from '../address.ts'
import type {Greeting} from '../tcp/greet.ts'
import {type Departure, unknown} from './departure.ts'
import {isReadHere, isUnresolved, type NextHop, nextHopTo, noNextHop} from './next-hop.ts'
import {watchAnswer} from './watch-answer.ts'
import {watchData} from './watch-data.ts'
import {watchQuery} from './watch-query.ts'
import {watchSilence} from './watch-silence.ts'

/** How a connection failed, which is what it is watched for. */
export type Failure =
  /** Nothing came back. */
  | {readonly kind: 'silence'}
  /** Something came back: a refusal, an ICMP error, or the connection opened, and then to a greeting, if there is one. */
  | {readonly kind: 'answer'; readonly greeting: Greeting | null}
  /** It opened, and nothing came back to the greeting. */
  | {readonly kind: 'stall'; readonly greeting: Greeting}
  /** Not a connection: a datagram of UDP, whether answered or not. */
  | {readonly kind: 'datagram'; readonly question: Buffer}

export type MeasureLimits = {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Whether the rules are known to hand no packet to a queue; false where that is not known. */
  readonly noQueues?: boolean
  /** How often silence is watched for, 1.2 s each, until a quiet moment is found; a few times unless given. */
  readonly windows?: number
}

/**
 * Measures whether the packets of a failing connection get out of this host, by making it again. Takes 1.2 s and more
 * for silence, a round trip for an answer. Needs no privileges and changes nothing.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function measureDeparture(
  address: Address,
  port: number,
  failure: Failure,
  limits: MeasureLimits,
): Promise<Departure> {
  if (process.platform !== 'linux') return unknown('not measurable on this operating system')
  const hop = (await nextHopTo(address.address, limits.signal)) ?? NOT_TOLD
  const departure = await watch(address, port, hop, failure, limits)
  const blind = departure.kind === 'left' ? await whyBlind(hop) : null
  return blind === null ? departure : unknown(blind)
}

/** Other packets of this host may be dropped at the same moment: it is looked at for a quiet one. */
const WINDOWS = 3

const NOT_TOLD: NextHop = {device: '', address: '', isLocal: false}

/** Why nobody can tell that packets have left this host, though its kernel has sent them; null where it can be told. */
async function whyBlind(hop: NextHop): Promise<string | null> {
  if (hop === NOT_TOLD) return 'ip(8) does not show the route'
  if (hop.isLocal) return 'the address belongs to this server'
  return (await isReadHere(hop.device))
    ? `the route leads to ${hop.device}, which a program of this server reads`
    : null
}

async function watch(
  address: Address,
  port: number,
  hop: NextHop,
  failure: Failure,
  limits: MeasureLimits,
): Promise<Departure> {
  const {timeoutMs, signal} = limits
  if (failure.kind === 'answer') {
    // All that answers there is this host.
    if (hop.isLocal || hop === NOT_TOLD) return unknown((await whyBlind(hop)) ?? '')
    return (await isUnresolved(hop, signal))
      ? noNextHop(hop)
      : watchAnswer(address, port, hop, {greeting: failure.greeting, timeoutMs, signal})
  }
  const noQueues = limits.noQueues === true || (await haveNoQueues())
  switch (failure.kind) {
    case 'silence':
      return watchSilence(address, port, hop, {noQueues, signal, windows: limits.windows ?? WINDOWS})
    case 'stall':
      return watchData(address, port, hop, {noQueues, greeting: failure.greeting, timeoutMs, signal})
    case 'datagram':
      return watchQuery(address, port, hop, {noQueues, question: failure.question, signal})
  }
}

/** What hands packets to a queue: targets of iptables and of nf_tables. */
const QUEUE_MODULES = ['xt_NFQUEUE', 'nft_queue']

/**
 * Whether this kernel has nothing that hands packets to a queue: neither loaded nor built in. Where that cannot be
 * read, it may have.
 */
export async function haveNoQueues(root = '/'): Promise<boolean> {
  try {
    const [loaded, builtIn] = await Promise.all([
      readSystemFile(join(root, 'proc/modules')),
      readSystemFile(join(root, 'lib/modules', release(), 'modules.builtin')),
    ])
    return !QUEUE_MODULES.some(
      name => new RegExp(`^${name} `, 'm').test(loaded) || builtIn.includes(`/${name}.ko`),
    )
  } catch {
    return false
  }
}
