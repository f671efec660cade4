import net from 'node:net'
import {runCommand} from '../command.ts'
import type {Address} from './address.ts'
import {pause} from './wait.ts'

/** Linux sends the SYN again after 1 s (RFC 6298 section 2); a moment later that attempt is counted. */
const FIRST_RETRANSMIT_MS = 1_200

/**
 * Whether the packets of a new connection get past this host's own rules; null where that cannot be told: not Linux, no
 * ss(8), or the connection does not hang. Needs no privileges and takes 1.2 s.
 *
 * The kernel counts a retransmission that was attempted, and apart from it one that went out.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function leavesThisHost(
  {address}: Address,
  port: number,
  signal: AbortSignal,
): Promise<boolean | null> {
  if (process.platform !== 'linux') return null
  const socket = net.connect({host: address, port})
  // How the connection ends is known already: it is made once more only to be watched.
  socket.on('error', () => undefined)
  try {
    await pause(FIRST_RETRANSMIT_MS, signal)
    if (socket.localPort === undefined) return null
    const filter = ['state', 'syn-sent', 'sport', '=', `:${socket.localPort}`]
    const result = await runCommand(['ss', '-tinH', ...filter], {signal, timeoutMs: 2_000})
    return result.kind === 'exited' && result.code === 0 ? parseRetransmits(result.stdout) : null
  } finally {
    socket.destroy()
  }
}

/** Reads `retrans:SENT/ATTEMPTED` from what `ss -i` prints of one socket. */
export function parseRetransmits(output: string): boolean | null {
  const [, sent, attempted] = /\bretrans:(\d+)\/(\d+)/.exec(output) ?? []
  if (sent === undefined || Number(attempted) === 0) return null
  return Number(sent) > 0
}
