import type {AddressField} from '../fields.ts'
import {DISCOVERY_HOP_LIMIT, PROTOCOL_NUMBERS} from '../protocol.ts'
import type {JsonObject} from './document.ts'
import {constant, type Read, reading, type Surroundings} from './reading.ts'
import {
  addressOf,
  ETHERTYPE,
  FLAGS_OF_TCP,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  INDEX,
  NAME,
  NFPROTO,
  NUMBER,
  PACKET_TYPE,
  PORT,
  PROTOCOL,
  USER,
  type ValueType,
} from './values.ts'

/** Protocols whose headers no packet that is judged has. */
const OTHER_PROTOCOLS = new Set([
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'igmp',
  'esp',
  'ah',
  'comp',
  'gre',
  'arp',
])

const FIELDS: Readonly<Record<string, AddressField>> = {
  saddr: 'src',
  daddr: 'dst',
  sport: 'src',
  dport: 'dst',
}

/** A field of a header. */
export function payload({protocol, field}: JsonObject, around: Surroundings): Read {
  const {family} = around
  const [name, part] = [String(protocol), String(field)]
  if (OTHER_PROTOCOLS.has(name)) return 'never'
  if ((name === 'tcp' || name === 'icmpv6') && name !== around.protocol) return 'never'
  const side = FIELDS[part]
  switch (name) {
    case 'ip':
    case 'ip6': {
      if ((name === 'ip') !== (family === 4)) return 'never'
      if (side) return reading({of: 'address', field: side}, addressOf(family))
      return headerField(part, around)
    }
    case 'icmpv6':
      return icmpv6Field(part)
    case 'tcp':
    case 'th':
      // Of ICMPv6 the type and the checksum stand where TCP has its ports.
      if (around.protocol !== 'tcp') return side ? reading({of: 'unknown'}, PORT) : null
      if (side) return reading({of: 'port', field: side}, PORT)
      return name === 'tcp' && part === 'flags' ? reading({of: 'tcp-flags'}, FLAGS_OF_TCP) : null
    default:
      return null
  }
}

function icmpv6Field(field: string): Read {
  if (field === 'type') return reading({of: 'icmpv6-type'}, ICMPV6_TYPE)
  return field === 'code' ? constant(0, ICMPV6_CODE) : null
}

function headerField(field: string, {family, protocol}: Surroundings): Read {
  switch (field) {
    case 'protocol':
    case 'nexthdr':
      return constant(PROTOCOL_NUMBERS[protocol], PROTOCOL)
    case 'hoplimit':
      return protocol === 'icmpv6' ? constant(DISCOVERY_HOP_LIMIT, NUMBER) : null
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

/** What the kernel knows of a packet besides its headers. */
export function meta(key: string, {family, protocol, tableFamily}: Surroundings): Read {
  const device = INTERFACES[key]
  if (device) return reading({of: 'interface', side: device.side}, device.type)
  const inNetwork = ['ip', 'ip6', 'inet'].includes(tableFamily)
  switch (key) {
    case 'l4proto':
      return constant(PROTOCOL_NUMBERS[protocol], PROTOCOL)
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
      // A solicitation is sent to a group, but goes out as if it were for one host.
      return inNetwork && protocol === 'tcp' ? constant(0, PACKET_TYPE) : null
    default:
      return null
  }
}
