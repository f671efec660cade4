import {parsePortRange} from '../iptables/numbers.ts'
import {parseAddress, parseInterval, prefixInterval} from '../model/address.ts'
import {ARP_OPERATIONS, ETHERTYPES, ICMPV6_TYPES, TCP_FLAGS} from '../model/protocol.ts'
import {ADDRESS_TYPE_VALUES, CT_STATE_VALUES, type KeyInterval} from '../model/selector.ts'
import {isObject, tagged} from './document.ts'

/** How the values that something is compared with are written. */
export type ValueType =
  | {readonly of: 'address'; readonly family: 4 | 6}
  | {readonly of: 'name'}
  | {readonly of: 'index'}
  | {
      readonly of: 'number'
      readonly symbols: Readonly<Record<string, number>>
      /** Without an operator, a rule asks whether any of the bits is set. */
      readonly flags: boolean
    }
  | {readonly of: 'port'}

function numbers(symbols: Readonly<Record<string, number>>): ValueType {
  return {of: 'number', symbols, flags: false}
}

function flags(symbols: Readonly<Record<string, number>>): ValueType {
  return {of: 'number', symbols, flags: true}
}

export const PORT: ValueType = {of: 'port'}
export const NAME: ValueType = {of: 'name'}
export const INDEX: ValueType = {of: 'index'}
export const NUMBER = numbers({})
export const USER = numbers({root: 0})
export const PROTOCOL = numbers({
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  comp: 108,
  sctp: 132,
  udplite: 136,
})
export const ICMPV6_TYPE = numbers({
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'mld-listener-query': 130,
  'mld-listener-report': 131,
  'mld-listener-done': 132,
  'mld-listener-reduction': 132,
  'nd-router-solicit': 133,
  'nd-router-advert': 134,
  'nd-neighbor-solicit': ICMPV6_TYPES.solicitation,
  'nd-neighbor-advert': ICMPV6_TYPES.advertisement,
  'nd-redirect': 137,
  'router-renumbering': 138,
  'ind-neighbor-solicit': 141,
  'ind-neighbor-advert': 142,
  'mld2-listener-report': 143,
})
export const ICMPV6_CODE = numbers({
  'no-route': 0,
  'admin-prohibited': 1,
  'addr-unreachable': 3,
  'port-unreachable': 4,
  'policy-fail': 5,
  'reject-route': 6,
})
export const NFPROTO = numbers({ipv4: 2, ipv6: 10})
export const ETHERTYPE = numbers({
  ip: ETHERTYPES.ipv4,
  arp: ETHERTYPES.arp,
  ip6: ETHERTYPES.ipv6,
  vlan: 0x8100,
  '8021q': 0x8100,
  '8021ad': 0x88a8,
})
export const ARP_OPERATION = numbers({
  ...ARP_OPERATIONS,
  rrequest: 3,
  rreply: 4,
  inrequest: 8,
  inreply: 9,
  nak: 10,
})
export const PACKET_TYPE = numbers({host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3})
export const ADDRESS_TYPE = numbers(ADDRESS_TYPE_VALUES)
export const CT_STATE = flags(CT_STATE_VALUES)
export const CT_DIRECTION = numbers({original: 0, reply: 1})
export const CT_STATUS = flags({
  expected: 1,
  'seen-reply': 2,
  assured: 4,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  dying: 512,
})
export const FLAGS_OF_TCP = flags({...TCP_FLAGS, ecn: 64, cwr: 128})

export const DEVICE_TYPE = numbers({
  ether: 1,
  ppp: 512,
  ipip: 768,
  ipip6: 769,
  loopback: 772,
  sit: 776,
  ipgre: 778,
})
export const EXISTENCE = numbers({missing: 0, exists: 1})

/** Groups of interfaces by the names that the host has for them. */
export function groupOf(groups: ReadonlyMap<string, number>): ValueType {
  return numbers(Object.fromEntries(groups))
}

export function addressOf(family: 4 | 6): ValueType {
  return {of: 'address', family}
}

/** Reads a single value, a prefix or a range; null for what it does not understand. */
export function readInterval(value: unknown, type: ValueType): KeyInterval | null {
  const [tag, body] = tagged(value) ?? []
  if (tag === 'range') {
    if (!Array.isArray(body) || body.length !== 2) return null
    const [first, last] = body.map(end => readInterval(end, type))
    return first && last && first.lo <= last.hi ? {lo: first.lo, hi: last.hi} : null
  }
  if (tag === 'prefix') return isObject(body) && type.of === 'address' ? readPrefix(body, type.family) : null
  switch (type.of) {
    case 'address':
      return typeof value === 'string' ? readAddress(value, type.family) : null
    case 'name':
      return typeof value === 'string' ? readName(value) : null
    case 'index':
      // A number is an interface that is not there any more, or not yet.
      return typeof value === 'string' && !/^\d+$/.test(value) ? {lo: value, hi: value} : null
    case 'port':
      return typeof value === 'string' ? readPort(value) : readNumber(value, NUMBER)
    case 'number':
      return readNumber(value, type)
  }
}

/** Ports of no type are hexadecimal. */
function readPort(text: string): KeyInterval | null {
  const [, hexadecimal] = /^(0x[0-9a-f]{1,4})(?: \[invalid type\])?$/.exec(text) ?? []
  return hexadecimal ? readExactly(Number(hexadecimal)) : parsePortRange(text)
}

function readPrefix({addr, len}: {readonly [key: string]: unknown}, family: 4 | 6): KeyInterval | null {
  const address = parseAddress(String(addr))
  if (address?.family !== family || typeof len !== 'number' || len < 0 || len > (family === 4 ? 32 : 128))
    return null
  return prefixInterval(family, address.value, len)
}

function readAddress(text: string, family: 4 | 6): KeyInterval | null {
  const interval = parseInterval(text)
  return interval?.family === family ? {lo: interval.lo, hi: interval.hi} : null
}

/** A `*` at the end stands for any ending, `\*` for itself. */
export function readName(text: string): KeyInterval {
  if (text.endsWith('\\*')) return readExactly(`${text.slice(0, -2)}*`)
  if (!text.endsWith('*')) return readExactly(text)
  const beginning = text.slice(0, -1)
  return {lo: beginning, hi: `${beginning}\uffff`}
}

function readExactly<T extends string | number>(value: T): {lo: T; hi: T} {
  return {lo: value, hi: value}
}

function readNumber(value: unknown, type: ValueType): KeyInterval | null {
  const number = numberOf(value, type)
  return number === null ? null : readExactly(number)
}

/** Reads a number, a symbol, or several of them that are bits of one value. */
export function numberOf(value: unknown, type: ValueType): number | null {
  if (typeof value === 'boolean') return type === EXISTENCE ? Number(value) : null
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : null
  if (typeof value === 'string') return symbolOf(value, type)
  const [tag, body] = tagged(value) ?? []
  const bits = tag === '|' ? body : value
  if (!Array.isArray(bits) || bits.length === 0) return null
  let all = 0
  for (const one of bits) {
    const bit = numberOf(one, type)
    if (bit === null) return null
    all |= bit
  }
  return all >>> 0
}

function symbolOf(text: string, type: ValueType): number | null {
  const symbol = type.of === 'number' && Object.hasOwn(type.symbols, text) ? type.symbols[text] : undefined
  if (symbol !== undefined) return symbol
  if (!/^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text)) return null
  const number = Number(text)
  return number <= 0xffffffff ? number : null
}
