import type {Address} from '../address.ts'
import {resolveHost} from '../dns/resolve.ts'
import type {Limits} from '../wait.ts'
import {connectFirst} from './connect.ts'

export type ConnectTime = {
  readonly host: string
  /** Milliseconds from the request to the reply, a round trip; null where nothing answered. */
  readonly ms: number | null
}

/** So few that one measurement hardly delays another, nor the name servers and a stateful firewall notice. */
const AT_ONCE = 8

/**
 * How long TCP connections to hosts take to open, a few hosts side by side, each as it is known; both address families.
 * A name that does not resolve, and a connection that fails, are times that are not known.
 *
 * @throws the signal's reason when the run is cancelled
 */
export async function* connectTimes(
  hosts: readonly string[],
  port: number,
  limits: Limits,
): AsyncGenerator<ConnectTime, void> {
  const waiting = [...new Set(hosts)]
  const running = new Map<string, Promise<ConnectTime>>()
  const startNext = () => {
    const host = waiting.shift()
    if (host !== undefined) running.set(host, connectTime(host, port, limits))
  }
  while (running.size < AT_ONCE && waiting.length > 0) startNext()
  while (running.size > 0) {
    const ended = await Promise.race(running.values())
    running.delete(ended.host)
    startNext()
    yield ended
  }
}

async function connectTime(host: string, port: number, limits: Limits): Promise<ConnectTime> {
  const resolution = await resolveHost(host, limits)
  if (resolution.kind === 'failed') return {host, ms: null}
  const first = await timeOnce(resolution.addresses, port, limits)
  if (first === null) return {host, ms: null}
  // The quicker of two: what else this process does while it waits is no part of the distance.
  const second = await timeOnce(resolution.addresses, port, limits)
  return {host, ms: Math.min(first, second ?? first)}
}

async function timeOnce(addresses: readonly Address[], port: number, limits: Limits): Promise<number | null> {
  const outcome = await connectFirst(addresses, port, limits)
  if (outcome.kind === 'failed') return null
  outcome.socket.destroy()
  return outcome.attempts.at(-1)?.ms ?? null
}
