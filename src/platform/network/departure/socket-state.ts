import type net from 'node:net'
import {readCommand} from '../../process/read-command.ts'
import {waitFor} from '../wait.ts'

/** What the kernel's TCP says of a socket that waits for an acknowledgement. */
export type SocketState = {
  /** Segments that were sent and not acknowledged yet. */
  readonly unacknowledged: number
  /** Of these, the ones that the IP layer took for another transmission. */
  readonly retransmitted: number
  /** How often the retransmission timer has run out. */
  readonly timeouts: number
  /** How often TCP has tried in vain to send what it holds, though the far end's window is open. */
  readonly refused: number
  /** Bytes that the far end acknowledged; the SYN counts as one. */
  readonly acknowledged: number
}

/** How long ss(8) may take on a slow machine, in milliseconds. */
const PROGRAM_MS = 15_000

/** For so long sockets are gathered that are asked for together: starting a process costs more than all it does here. */
const GATHER_MS = 15

type Stage = 'syn-sent' | 'established'

type Asked = {readonly ports: Set<number>; readonly answer: Promise<ReadonlyMap<number, SocketState>>}

const gathering = new Map<Stage, Asked>()

/**
 * Asks ss(8), which needs no privileges. Null where there is no such program, or the socket is not in that state.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function socketState(
  {localPort}: net.Socket,
  stage: Stage,
  limits: {readonly timeoutMs?: number; readonly signal: AbortSignal},
): Promise<SocketState | null> {
  if (process.platform !== 'linux' || localPort === undefined) return null
  const asked = gathering.get(stage) ?? gather(stage)
  asked.ports.add(localPort)
  const answer = asked.answer.then(states => states.get(localPort) ?? null)
  return waitFor<SocketState | null>(
    {timeoutMs: limits.timeoutMs ?? PROGRAM_MS, signal: limits.signal},
    () => null,
    settle => {
      answer.then(settle, () => settle(null))
      return () => undefined
    },
  )
}

function gather(stage: Stage): Asked {
  const ports = new Set<number>()
  const ask = async () => {
    await new Promise(resolve => setTimeout(resolve, GATHER_MS))
    gathering.delete(stage)
    const filter = [...ports].flatMap((port, at) => [...(at === 0 ? [] : ['or']), 'sport', '=', `:${port}`])
    const result = await readCommand(['ss', '-tinoH', 'state', stage, '(', ...filter, ')'], {
      timeoutMs: PROGRAM_MS,
    })
    return result.kind === 'exited' && result.code === 0 ? parseSockets(result.stdout) : new Map()
  }
  const asked = {ports, answer: ask()}
  gathering.set(stage, asked)
  return asked
}

/** Reads what `ss -tino` prints, by local port. The details of a socket are on a line of their own, indented. */
export function parseSockets(output: string): ReadonlyMap<number, SocketState> {
  const states = new Map<number, SocketState>()
  for (const socket of output.split(/\n(?!\s)/)) {
    const port = /^\s*(?:[A-Z-]+\s+)?\d+\s+\d+\s+\S+:(\d+)\s/.exec(socket)?.[1]
    const state = parseSocketState(socket)
    if (port !== undefined && state !== null) states.set(Number(port), state)
  }
  return states
}

/**
 * Reads what `ss -tino` prints of one socket: `timer:(on,820ms,1) … unacked:1 retrans:SENT/ATTEMPTED bytes_acked:N`.
 * Data that the IP layer does not take stays `notsent`, under the timer that is there for a closed window.
 */
export function parseSocketState(output: string): SocketState | null {
  if (output.trim() === '') return null
  const count = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0)
  const stuck = count(/\bnotsent:(\d+)/) > 0 && count(/\bsnd_wnd:(\d+)/) > 0
  return {
    unacknowledged: count(/\bunacked:(\d+)/),
    retransmitted: count(/\bretrans:(\d+)\/\d+/),
    timeouts: count(/\btimer:\(on,[^,)]*,(\d+)\)/),
    refused: stuck ? count(/\btimer:\(persist,[^,)]*,(\d+)\)/) : 0,
    acknowledged: count(/\bbytes_acked:(\d+)/),
  }
}

/**
 * Whether what the socket sends gets through this host's IP layer: false where the retransmission timer has run out and
 * no retransmission was taken, or data is refused again and again. Null before that: the kernel does not keep what
 * became of a first SYN, nor of a tail loss probe (RFC 8985).
 */
export function isTaken({unacknowledged, retransmitted, timeouts, refused}: SocketState): boolean | null {
  if (unacknowledged === 0) return refused > 0 ? false : null
  return timeouts === 0 ? null : retransmitted > 0
}
