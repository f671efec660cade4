import type {Random} from '../random.ts'
import type {Place} from './generate.ts'
import {changing, header, option, device as packetDevice, surroundings} from './packet-matches.ts'
import {ADDRESSES, SETS} from './sets.ts'
import {undecidedMatch} from './undecided.ts'

type Maker = (random: Random, place: Place) => string

const STATES = [
  'new',
  'established',
  'established,related',
  'invalid',
  'untracked',
  'new,untracked',
  'invalid,untracked',
]
const STATE_SETS = [
  '{ established, related }',
  '{ new }',
  '{ invalid }',
  '{ new, untracked }',
  '{ established, untracked }',
]
const PORTS = [
  '443',
  '1500',
  '80-1500',
  '1-442',
  '!= 443',
  '> 1024',
  '<= 443',
  '{ 443, 1500 }',
  '{ 22, 1000-2000 }',
  '!= { 443, 3128 }',
  '& 0xff == 187',
  '!= 1-1024',
]
const OWN_PORTS = [
  '1024-65535',
  '< 1024',
  '32768-60999',
  '!= 1024-65535',
  '40000-50000',
  '{ 443, 32768-60999 }',
]
const FLAGS = [
  'syn',
  '== syn',
  '!= syn',
  '& (syn|ack) == syn',
  '& (fin|syn|rst|ack) != syn',
  '& (syn|ack) == (syn|ack)',
  '! syn',
  'ack,psh',
  '{ syn, ack }',
  '!= { ack, psh | ack }',
]

function peerField({side}: Place): string {
  return side === 'out' ? 'daddr' : 'saddr'
}

function ip({family}: Place): string {
  return family === 4 ? 'ip' : 'ip6'
}

const address: Maker = (random, place) => {
  const field = random.chance(0.85) ? peerField(place) : random.pick(['saddr', 'daddr'])
  const foreign = place.tableFamily === 'inet' && random.chance(0.08)
  const family = foreign ? (place.family === 4 ? 6 : 4) : place.family
  const {nets, ranges, masked} = ADDRESSES[family]
  const one = () => random.pick([...nets, ...ranges])
  const text = random.weighted(
    [
      [4, () => one()],
      [1, () => `!= ${one()}`],
      [1.5, () => `{ ${random.some(SETS.disjoint[family], random.between(1, 4)).join(', ')} }`],
      [0.5, () => `!= { ${random.some(SETS.disjoint[family], 2).join(', ')} }`],
      [0.4, () => random.pick(masked)],
      [0.4, () => `${random.pick(['<', '>', '<=', '>='])} ${random.pick(SETS.hosts[family])}`],
    ] as const,
    ([weight]) => weight,
  )[1]()
  return `${family === 4 ? 'ip' : 'ip6'} ${field} ${text}`
}

const ports: Maker = (random, {side}) => {
  const proto = random.chance(0.85) ? 'tcp' : 'th'
  const guard = proto === 'th' ? 'meta l4proto { tcp, udp } ' : ''
  if (random.chance(0.85))
    return `${guard}${proto} ${side === 'out' ? 'dport' : 'sport'} ${random.pick(PORTS)}`
  return `${guard}${proto} ${side === 'out' ? 'sport' : 'dport'} ${random.pick(OWN_PORTS)}`
}

const state: Maker = random =>
  random.pick([
    () => `ct state ${random.pick(STATES)}`,
    () => `ct state ${random.pick(['!=', '!', '=='])} ${random.pick(['new', 'established', 'invalid'])}`,
    () => `ct state ${random.chance(0.3) ? '!= ' : ''}${random.pick(STATE_SETS)}`,
    () => `ct state & (established|related) == ${random.pick(['0', 'established'])}`,
  ])()

const connection: Maker = (random, place) => {
  const {nets} = ADDRESSES[place.family]
  return random.pick([
    () => `ct direction ${random.pick(['original', 'reply', '!= original'])}`,
    () =>
      `ct status ${random.pick(['dnat', 'snat', '! dnat', 'seen-reply', 'assured', 'confirmed', 'snat,dnat', '& (seen-reply|assured) == seen-reply'])}`,
    () => `ct original ${ip(place)} daddr ${random.chance(0.2) ? '!= ' : ''}${random.pick(nets)}`,
    () => `ct reply ${ip(place)} saddr ${random.pick(nets)}`,
    () => `meta l4proto tcp ct original proto-dst ${random.pick(['443', '1500', '80-1500', '!= 443'])}`,
    () => `meta l4proto tcp ct reply proto-src ${random.pick(['443', '8443', '{ 443, 1500 }'])}`,
    () => `ct mark ${random.pick(['1', '!= 0', '& 0xf == 0x2', '{ 1, 3 }', '0'])}`,
    () => `ct protocol ${random.pick(['tcp', 'udp', '!= tcp'])}`,
  ])()
}

const mark: Maker = random =>
  `meta mark ${random.pick(['1', '0', '!= 1', '& 0xf0 == 0x10', '& 0x3 != 0', '{ 1, 5-7 }', '> 2', '1-7', '!= { 0, 2 }'])}`

const owner: Maker = (random, {side}) =>
  side === 'in' && random.chance(0.8)
    ? ''
    : random.pick([
        'meta skuid 0',
        'meta skuid 1000',
        'meta skuid != 0',
        'meta skuid 500-2000',
        'meta skuid { 0, 7 }',
        'meta skgid 0',
        'meta skgid != 5',
      ])

const device: Maker = (random, {side}) => {
  const natural = side === 'out' ? 'oif' : 'iif'
  const which = random.chance(0.75) ? natural : natural === 'oif' ? 'iif' : 'oif'
  return random.pick([
    () =>
      `${which}name ${random.chance(0.25) ? '!= ' : ''}${random.pick(['"eth0"', '"eth1"', '"lo"', '"eth*"', '"wlan0"'])}`,
    () => `${which} ${random.chance(0.25) ? '!= ' : ''}${random.pick(['"eth0"', '"lo"'])}`,
    () => `${which}name ${random.chance(0.2) ? '!= ' : ''}{ "lo", "eth1" }`,
    () => `${which}name @ifs`,
  ])()
}

const protocol: Maker = (random, place) =>
  random.pick([
    'meta l4proto tcp',
    'meta l4proto != udp',
    'meta l4proto { tcp, udp }',
    'meta l4proto udp',
    place.tableFamily === 'inet' ? 'meta nfproto ipv4' : 'meta l4proto tcp',
    place.tableFamily === 'inet' ? 'meta nfproto ipv6' : 'meta l4proto tcp',
    place.family === 4 ? 'ip protocol tcp' : 'ip6 nexthdr tcp',
    place.tableFamily === 'inet' ? 'ip protocol tcp' : 'meta l4proto 6',
    place.family === 4 ? 'ip protocol != udp' : 'ip6 nexthdr != 17',
    place.tableFamily === 'inet' ? 'meta protocol ip' : 'meta pkttype host',
  ])

const icmpv6: Maker = (random, {family}) =>
  family === 4
    ? ''
    : random.pick([
        'icmpv6 type nd-neighbor-solicit',
        'icmpv6 type nd-neighbor-advert',
        'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }',
        'icmpv6 type != { nd-neighbor-solicit, echo-request }',
        'icmpv6 type . icmpv6 code { nd-neighbor-solicit . no-route, nd-neighbor-advert . 0 }',
        'icmpv6 code no-route',
        'meta l4proto ipv6-icmp',
        'ip6 nexthdr ipv6-icmp ip6 hoplimit 255',
        'ip6 nexthdr icmpv6',
      ])

const named: Maker = (random, place) => {
  const peer = `${ip(place)} ${peerField(place)}`
  const port = `tcp ${place.side === 'out' ? 'dport' : 'sport'}`
  const bang = random.chance(0.2) ? '!= ' : ''
  return random.pick([
    `${peer} ${bang}@nets`,
    `${peer} ${bang}@hosts`,
    `${peer} ${bang}@timed`,
    `${port} ${bang}@ports`,
    `${port} ${bang}@portranges`,
    `${peer} . ${port} ${bang}@pairs`,
    `${peer} . ${port} ${bang}@netpairs`,
    `meta mark . ${port} ${bang}@markpairs`,
    `${ip(place)} saddr . ${ip(place)} daddr ${bang}{ ${random.pick(SETS.hosts[place.family])} . ${random.pick(SETS.hosts[place.family])} }`,
    `${peer} . ${port} { ${random.pick(ADDRESSES[place.family].nets)} . ${random.pick(['443', '1-1024', '1500'])} }`,
    `meta l4proto . th ${place.side === 'out' ? 'dport' : 'sport'} ${bang}{ tcp . 443, udp . 1500 }`,
  ])
}

const fib: Maker = (random, {family}) =>
  `fib ${random.pick(['daddr', 'saddr'])} type ${random.pick(family === 4 ? ['local', '!= local', 'unicast', '{ local, broadcast }', 'multicast'] : ['local', '!= local', 'unicast', '{ local, multicast }'])}`

const MAKERS: readonly {readonly weight: number; readonly make: Maker}[] = [
  {weight: 6, make: address},
  {weight: 6, make: ports},
  {weight: 2, make: (random: Random) => `tcp flags ${random.pick(FLAGS)}`},
  {weight: 5, make: state},
  {weight: 2, make: connection},
  {weight: 2.5, make: mark},
  {weight: 2, make: owner},
  {weight: 3, make: device},
  {weight: 3, make: protocol},
  {weight: 3, make: icmpv6},
  {weight: 4, make: named},
  {weight: 1.2, make: fib},
  {weight: 1.2, make: header},
  {weight: 1.5, make: option},
  {weight: 1.2, make: packetDevice},
  {weight: 1.5, make: surroundings},
]

const frame: Maker = random =>
  random.pick([
    'meta protocol arp',
    'meta protocol != { ip, ip6 }',
    'meta protocol { arp, ip6 }',
    'meta protocol ip',
    'ether type arp',
    'ether type != arp',
    'meta l4proto tcp',
  ])

const arp: Maker = random =>
  random.pick([
    'arp operation request',
    'arp operation reply',
    'arp operation { request, reply }',
    'arp operation != reply',
    `arp saddr ip ${random.chance(0.2) ? '!= ' : ''}${random.pick(ARP_ADDRESSES)}`,
    `arp daddr ip ${random.chance(0.2) ? '!= ' : ''}${random.pick(ARP_ADDRESSES)}`,
    `arp daddr ip { 10.9.0.1, 10.20.0.0/16 }`,
    'arp htype 1 arp hlen 6 arp plen 4',
    'arp ptype ip',
    'arp plen 6',
  ])

const ARP_ADDRESSES = [
  '10.9.0.1',
  '10.9.0.2',
  '10.9.0.0/24',
  '10.20.0.2',
  '10.20.0.0/16',
  '10.20.7.7',
  '0.0.0.0/0',
]

const linkName: Maker = (random, {side}) =>
  `${side === 'out' ? 'oifname' : 'iifname'} ${random.pick(['"eth0"', '"eth1"', '!= "eth0"', '"eth*"'])}`

/** Matches that a chain of a device takes, and one of ARP. */
const OF_FRAMES: Readonly<Record<string, readonly Maker[]>> = {
  netdev: [address, ports, mark, frame, frame, arp],
  arp: [arp, arp, arp, mark, linkName],
}

/** Up to three matches, each kind at most once. */
export function matchesFor(random: Random, place: Place, undecided: boolean): string[] {
  const count = random.pick([0, 1, 1, 1, 2, 2, 3])
  const ofFrames = OF_FRAMES[place.tableFamily]
  if (ofFrames)
    return [...new Set(Array.from({length: count + 1}, () => random.pick(ofFrames)))].map(make =>
      make(random, place),
    )
  const makers = new Set(
    Array.from({length: count}, () => random.weighted(MAKERS, ({weight}) => weight).make),
  )
  if (place.changing && random.chance(0.3)) makers.add(changing)
  const texts = [...makers].map(make => make(random, place)).filter(text => text !== '')
  return undecided && random.chance(0.1) ? [...texts, undecidedMatch(random, place.family)] : texts
}
