import type {Family} from '../model/address.ts'
import type {AddressField} from '../model/protocol.ts'
import {ARP_HEADER, ETHERTYPES, PROTOCOL_NUMBERS, type Protocol} from '../model/protocol.ts'
import {NO} from '../model/ternary.ts'
import type {JsonObject} from './document.ts'
import {constant, type Read, reading, type Surroundings} from './reading.ts'
import {
  ARP_OPERATION,
  addressOf,
  DEVICE_TYPE,
  ETHERTYPE,
  EXISTENCE,
  FLAGS_OF_TCP,
  groupOf,
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
const OTHER_PROTOCOLS = new Set(['udplite', 'sctp', 'dccp', 'icmp', 'igmp', 'esp', 'ah', 'comp', 'gre'])

/** Of each, only packets of its own have the header. */
const TRANSPORTS = new Set(['tcp', 'udp', 'icmpv6'])

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
  if (name === 'ether') return etherField(part, around)
  if (name === 'arp') return around.protocol === 'arp' ? arpField(part) : 'never'
  // Raw bytes and tags of a frame may be anything.
  if (around.protocol === 'arp') return NAMED_HEADERS.has(name) ? 'never' : null
  if (OTHER_PROTOCOLS.has(name)) return 'never'
  if (TRANSPORTS.has(name) && name !== around.protocol) return 'never'
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
    case 'udp':
    case 'th':
      // Of ICMPv6 the type and the checksum stand where TCP has its ports.
      if (around.protocol !== 'tcp' && around.protocol !== 'udp')
        return side ? reading({of: 'unknown'}, PORT) : null
      if (side) return reading({of: 'port', field: side}, PORT)
      return name === 'tcp' && part === 'flags' ? reading({of: 'tcp-flags'}, FLAGS_OF_TCP) : null
    default:
      return null
  }
}

/** Headers that ARP does not have. */
const NAMED_HEADERS = new Set([...OTHER_PROTOCOLS, 'ip', 'ip6', 'tcp', 'udp', 'icmpv6', 'th'])

/**
 * Of a frame, where chains of devices and bridges see one. In those of devices nft puts `meta iiftype ether` before it, which
 * it does not print (`nft --debug=netlink`).
 */
function etherField(field: string, {family, protocol, tableFamily}: Surroundings): Read {
  const value = etherType(family, protocol)
  if (field !== 'type') return null
  if (tableFamily === 'bridge') return constant(value, ETHERTYPE)
  return tableFamily === 'netdev' ? reading({of: 'ether-type', value}, ETHERTYPE) : null
}

function etherType(family: Family, protocol: Protocol): number {
  return protocol === 'arp' ? ETHERTYPES.arp : family === 4 ? ETHERTYPES.ipv4 : ETHERTYPES.ipv6
}

const ARP_TYPES = {htype: NUMBER, ptype: ETHERTYPE, hlen: NUMBER, plen: NUMBER} as const

function arpField(field: string): Read {
  switch (field) {
    case 'saddr ip':
      return reading({of: 'address', field: 'src'}, addressOf(4))
    case 'daddr ip':
      return reading({of: 'address', field: 'dst'}, addressOf(4))
    case 'operation':
      return reading({of: 'arp-operation'}, ARP_OPERATION)
    case 'htype':
    case 'ptype':
    case 'hlen':
    case 'plen':
      return constant(ARP_HEADER[field], ARP_TYPES[field])
    default:
      return null
  }
}

function icmpv6Field(field: string): Read {
  if (field === 'type') return reading({of: 'icmpv6-type'}, ICMPV6_TYPE)
  return field === 'code' ? constant(0, ICMPV6_CODE) : null
}

const DONT_FRAGMENT = 0x4000

function headerField(field: string, {family, protocol}: Surroundings): Read {
  switch (field) {
    case 'protocol':
    case 'nexthdr':
      return protocol === 'arp' ? 'never' : constant(PROTOCOL_NUMBERS[protocol], PROTOCOL)
    case 'ttl':
    case 'hoplimit':
      return reading({of: 'hop-limit'}, NUMBER)
    case 'frag-off':
      // Nothing that is judged comes in fragments; whether it may be fragmented is not known.
      return reading({of: 'bits', value: 0, unknown: DONT_FRAGMENT}, NUMBER)
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

function sideOf(key: string): 'in' | 'out' {
  return key.startsWith('iif') ? 'in' : 'out'
}

/** What the kernel knows of a packet besides its headers. */
export function meta(key: string, {family, protocol, tableFamily, traits}: Surroundings): Read {
  const device = INTERFACES[key]
  if (device) return reading({of: 'interface', side: device.side}, device.type)
  const inNetwork = ['ip', 'ip6', 'inet'].includes(tableFamily)
  switch (key) {
    case 'l4proto':
      return protocol === 'arp' ? 'never' : constant(PROTOCOL_NUMBERS[protocol], PROTOCOL)
    case 'nfproto':
      return inNetwork ? constant(family === 4 ? 2 : 10, NFPROTO) : null
    case 'protocol':
      return constant(etherType(family, protocol), ETHERTYPE)
    case 'mark':
      return reading({of: 'mark'}, NUMBER)
    case 'iifgroup':
    case 'oifgroup':
      return reading({of: 'device', side: sideOf(key), what: 'group'}, groupOf(traits.deviceGroups))
    case 'iiftype':
    case 'oiftype':
      return reading({of: 'device', side: sideOf(key), what: 'type'}, DEVICE_TYPE)
    case 'ipsec':
    case 'secpath':
      return traits.ipsec === NO ? constant(0, EXISTENCE) : null
    case 'skuid':
      return reading({of: 'uid'}, USER)
    case 'skgid':
      return reading({of: 'gid'}, USER)
    case 'length':
      return inNetwork ? reading({of: 'length', less: 0}, NUMBER) : null
    case 'pkttype':
      return inNetwork ? reading({of: 'packet-type'}, PACKET_TYPE) : null
    default:
      return null
  }
}

/** An option of TCP, whose size alone is known of those that have a value. */
export function tcpOption({name, field}: JsonObject, {protocol}: Surroundings): Read {
  if (protocol !== 'tcp') return 'never'
  return name === 'maxseg' && field === 'size' ? reading({of: 'max-segment'}, NUMBER) : null
}

/** A flag of the packet's socket. */
export function socket({key}: JsonObject): Read {
  return key === 'transparent' || key === 'wildcard' ? reading({of: 'socket', flag: key}, NUMBER) : null
}

/** What routing has decided. */
export function routed({key}: JsonObject, {traits}: Surroundings): Read {
  return key === 'ipsec' && traits.ipsec === NO ? constant(0, EXISTENCE) : null
}
