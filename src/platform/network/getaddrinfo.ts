import dns from 'node:dns'
import type {Address} from './dns.ts'
import {errorCode} from './wait.ts'

export type Lookup = {readonly addresses: readonly Address[]} | {readonly errno: string}

/** A lookup holds one of libuv's four threads until getaddrinfo returns; files need a thread too. */
const MAX_AT_ONCE = 3

let running = 0
const queue = new Set<() => void>()

/**
 * getaddrinfo(3) for both address families, in the order that it gives (RFC 6724). It cannot be cancelled once it
 * has begun; a lookup whose turn has not come when the signal aborts is never begun, and its promise stays pending.
 */
export function getaddrinfo(name: string, signal: AbortSignal): Promise<Lookup> {
  return new Promise(resolve => {
    const begin = () => {
      queue.delete(begin)
      running += 1
      dns.lookup(name, {all: true, order: 'verbatim'}, (error, found) => {
        running -= 1
        queue.values().next().value?.()
        resolve(error ? {errno: errorCode(error)} : {addresses: found.map(toAddress)})
      })
    }
    if (running < MAX_AT_ONCE) return begin()
    queue.add(begin)
    signal.addEventListener('abort', () => queue.delete(begin), {once: true})
  })
}

function toAddress({address, family}: dns.LookupAddress): Address {
  return {address, family: family === 6 ? 6 : 4}
}
