import type {Family, Value} from '../address.ts'
import type {Operation, Selector, Source} from '../lookup/selector.ts'
import type {AddressField} from '../model.ts'
import {isObject, type JsonObject, tagged} from './document.ts'
import {
  ADDRESS_TYPE,
  addressOf,
  CT_DIRECTION,
  CT_STATE,
  CT_STATUS,
  ETHERTYPE,
  FLAGS_OF_TCP,
  INDEX,
  NAME,
  NFPROTO,
  NUMBER,
  numberOf,
  PACKET_TYPE,
  PORT,
  PROTOCOL,
  readInterval,
  USER,
  type ValueType,
} from './values.ts'

/** Which packets an expression is about to read. */
export type Surroundings = {
  /** Of the packets that are judged. */
  readonly family: Family
  /** Of the table: it hides how the JSON of a rule is to be completed. */
  readonly tableFamily: string
}

/** Something that a rule reads from a packet, and how it writes what it compares it with. */
export type Reading = {readonly selector: Selector; readonly type: ValueType}

/** `never`: the packets that are judged have nothing of the kind. Null: not understood, or not to be known. */
export type Read = Reading | 'never' | null

const TCP = 6

/** Protocols whose headers no packet of a TCP connection has. */
const OTHER_PROTOCOLS = new Set([
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'icmpv6',
  'igmp',
  'esp',
  'ah',
  'comp',
  'gre',
  'arp',
])

/** Translates the left side of a match, or a part of a key. */
export function readSelector(expression: unknown, around: Surroundings): Read {
  const [tag, body] = tagged(expression) ?? []
  if (tag === undefined) return null
  const operation = OPERATIONS[tag]
  if (operation) return operated(operation, body, around)
  if (!isObject(body)) return null
  switch (tag) {
    case 'payload':
      return payload(body, around)
    case 'meta':
      return meta(String(body.key), around)
    case 'ct':
      return connection(body, around)
    case 'fib':
      return forwarding(body)
    case 'exthdr':
      return body.field === undefined ? null : 'never'
    default:
      return null
  }
}

/** Translates a key of one part or, as `concat`, of several. */
export function readKey(expression: unknown, around: Surroundings): readonly Reading[] | 'never' | null {
  const [tag, body] = tagged(expression) ?? []
  const parts = tag === 'concat' && Array.isArray(body) ? body : [expression]
  const read = parts.map(part => readSelector(part, around))
  if (read.includes('never')) return 'never'
  const understood = read.filter(part => part !== null && part !== 'never')
  return understood.length === read.length ? understood : null
}

function reading(source: Source, type: ValueType): Reading {
  return {selector: {source, operations: []}, type}
}

function constant(value: number, type: ValueType, tracked = false): Reading {
  return reading({of: 'constant', value, tracked}, type)
}

const FIELDS: Readonly<Record<string, AddressField>> = {
  saddr: 'src',
  daddr: 'dst',
  sport: 'src',
  dport: 'dst',
}

function payload({protocol, field}: JsonObject, {family}: Surroundings): Read {
  const [name, part] = [String(protocol), String(field)]
  if (OTHER_PROTOCOLS.has(name)) return 'never'
  const side = FIELDS[part]
  switch (name) {
    case 'ip':
    case 'ip6': {
      if ((name === 'ip') !== (family === 4)) return 'never'
      if (side) return reading({of: 'address', field: side}, addressOf(family))
      return headerField(part, family)
    }
    case 'tcp':
    case 'th':
      if (side) return reading({of: 'port', field: side}, PORT)
      return name === 'tcp' && part === 'flags' ? reading({of: 'tcp-flags'}, FLAGS_OF_TCP) : null
    default:
      return null
  }
}

function headerField(field: string, family: Family): Read {
  switch (field) {
    case 'protocol':
    case 'nexthdr':
      return constant(TCP, PROTOCOL)
    case 'version':
      return constant(family, NUMBER)
    case 'length':
      return reading({of: 'length', less: family === 4 ? 0 : 40}, NUMBER)
    default:
      return null
  }
}

const INTERFACES: Readonly<Record<string, {readonly side: 'in' | 'out'; readonly type: ValueType}>> = {
  iif: {side: 'in', type: INDEX},
  iifname: {side: 'in', type: NAME},
  oif: {side: 'out', type: INDEX},
  oifname: {side: 'out', type: NAME},
}

function meta(key: string, {family, tableFamily}: Surroundings): Read {
  const device = INTERFACES[key]
  if (device) return reading({of: 'interface', side: device.side}, device.type)
  const inNetwork = ['ip', 'ip6', 'inet'].includes(tableFamily)
  switch (key) {
    case 'l4proto':
      return constant(TCP, PROTOCOL)
    case 'nfproto':
      return inNetwork ? constant(family === 4 ? 2 : 10, NFPROTO) : null
    case 'protocol':
      return constant(family === 4 ? 0x800 : 0x86dd, ETHERTYPE)
    case 'mark':
      return reading({of: 'mark'}, NUMBER)
    case 'skuid':
      return reading({of: 'uid'}, USER)
    case 'skgid':
      return reading({of: 'gid'}, USER)
    case 'length':
      return inNetwork ? reading({of: 'length', less: 0}, NUMBER) : null
    case 'pkttype':
      return inNetwork ? constant(0, PACKET_TYPE) : null
    default:
      return null
  }
}

function connection({key, dir}: JsonObject, {family}: Surroundings): Read {
  const name = String(key)
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
      return constant(TCP, PROTOCOL, true)
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

function forwarding({result, flags}: JsonObject): Read {
  const named = [flags].flat()
  const field = named.includes('daddr') ? 'dst' : named.includes('saddr') ? 'src' : null
  if (result !== 'type' || !field || named.includes('iif') || named.includes('oif')) return null
  return reading({of: 'address-type', field}, ADDRESS_TYPE)
}

const OPERATIONS: Readonly<Record<string, Operation['kind']>> = {
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shift-left',
  '>>': 'shift-right',
}

function operated(kind: Operation['kind'], operands: unknown, around: Surroundings): Read {
  if (!Array.isArray(operands) || operands.length !== 2) return null
  const read = readSelector(operands[0], around)
  if (read === null || read === 'never') return read
  const {selector, type} = read
  if (type.of === 'name' || type.of === 'index') return null
  const shift = kind === 'shift-left' || kind === 'shift-right'
  const by = readOperand(operands[1], shift ? NUMBER : type)
  return by === null
    ? null
    : {type, selector: {...selector, operations: [...selector.operations, {kind, by}]}}
}

function readOperand(value: unknown, type: ValueType): Value | null {
  if (type.of !== 'address') return numberOf(value, NUMBER) ?? numberOf(value, type)
  const interval = readInterval(value, type)
  return interval && interval.lo === interval.hi && typeof interval.lo !== 'string' ? interval.lo : null
}
