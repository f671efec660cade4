import {PROTOCOL_NUMBERS} from '../model/protocol.ts'
import type {JsonObject} from './document.ts'
import {constant, type Read, reading, type Surroundings} from './reading.ts'
import {
  ADDRESS_TYPE,
  addressOf,
  CT_DIRECTION,
  CT_STATE,
  CT_STATUS,
  EXISTENCE,
  NFPROTO,
  NUMBER,
  PORT,
  PROTOCOL,
} from './values.ts'

/** What connection tracking knows of a packet. */
export function connection({key, dir}: JsonObject, {family, protocol}: Surroundings): Read {
  const name = String(key)
  if (protocol === 'arp') return null
  switch (name) {
    case 'state':
      return reading({of: 'ct-state'}, CT_STATE)
    case 'status':
      return reading({of: 'ct-status'}, CT_STATUS)
    case 'direction':
      return reading({of: 'ct-direction'}, CT_DIRECTION)
    case 'mark':
      return reading({of: 'ct-mark'}, NUMBER)
    case 'protocol':
      return constant(PROTOCOL_NUMBERS[protocol], PROTOCOL, true)
    case 'l3proto':
      return constant(family === 4 ? 2 : 10, NFPROTO, true)
  }
  const match = /^(?:(ip|ip6) )?(saddr|daddr|proto-src|proto-dst)$/.exec(name)
  if (!match || (dir !== 'original' && dir !== 'reply')) return null
  if (match[1] !== undefined && (match[1] === 'ip') !== (family === 4)) return 'never'
  const end = match[2] === 'saddr' || match[2] === 'proto-src' ? 'src' : 'dst'
  const field = dir === 'original' ? (`orig-${end}` as const) : (`repl-${end}` as const)
  return match[2]?.endsWith('addr')
    ? reading({of: 'ct-address', field}, addressOf(family))
    : reading({of: 'ct-port', field}, PORT)
}

/** Results that ask for a route of any kind; nft 1.1.4 and later write `check` where it is only asked for one. */
export const ROUTE_RESULTS: ReadonlySet<string> = new Set(['oif', 'oifname', 'check'])

/** Whether these flags ask for the route back, by the interface that the packet came by. */
export function isReversePath(flags: readonly unknown[]): boolean {
  const known = flags.every(flag => flag === 'saddr' || flag === 'mark' || flag === 'iif')
  return known && flags.includes('saddr') && flags.includes('iif')
}

/** What the routing table says of an address. */
export function forwarding({result, flags}: JsonObject): Read {
  const named = [flags].flat()
  if (ROUTE_RESULTS.has(String(result)) && isReversePath(named))
    return reading({of: 'reverse-path'}, EXISTENCE)
  const field = named.includes('daddr') ? 'dst' : named.includes('saddr') ? 'src' : null
  if (result !== 'type' || !field || named.includes('iif') || named.includes('oif')) return null
  return reading({of: 'address-type', field}, ADDRESS_TYPE)
}
