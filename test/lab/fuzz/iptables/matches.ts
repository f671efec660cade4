import type {Random} from '../random.ts'
import type {Place} from './generate.ts'
import {group, hopLimit, option, policy, processGroup, segmentSize, socket} from './packet-matches.ts'
import {SET_USES} from './sets.ts'
import {undecidedMatch} from './undecided.ts'

type MatchMaker = (random: Random, place: Place) => string

const NETS = {
  4: [
    '10.9.0.1/32',
    '10.0.0.0/8',
    '10.20.0.0/16',
    '52.95.0.0/16',
    '52.95.110.0/255.255.254.0',
    '52.95.110.1',
    '172.16.0.0/12',
    '0.0.0.0/0',
    '127.0.0.0/8',
    '10.9.0.2/32',
    '10.9.0.0/255.0.255.0',
  ],
  6: [
    'fd09::1/128',
    'fd00::/8',
    'fd20::/64',
    '2001:db8::/32',
    '2001:db8::5',
    '::/0',
    '::1/128',
    'fd09::2',
    'fe80::/10',
    'ff02::/16',
    'ff02::1:ff00:1',
  ],
} as const

const RANGES = {
  4: ['10.9.0.0-10.20.0.255', '52.95.110.1-52.95.111.128', '172.16.5.4-172.16.5.4'],
  6: ['fd09::-fd20::ffff', '2001:db8::5-2001:db8::9'],
} as const

const PORT_TEXTS = ['443', '1500', '80', '443:1500', '1024:', ':1024', '0:65535', '1:442', '3128']
const SOURCE_PORTS = ['1024:65535', '32768:60999', '0:1023', '40000:50000', '443', '61000:65535']
const STATES = [
  'NEW',
  'ESTABLISHED',
  'RELATED,ESTABLISHED',
  'NEW,ESTABLISHED',
  'INVALID',
  'NEW,RELATED',
  'UNTRACKED',
  'INVALID,UNTRACKED',
  'ESTABLISHED,UNTRACKED',
]
const FLAGS = [
  'SYN,ACK SYN',
  'ALL SYN',
  'SYN,ACK SYN,ACK',
  'ALL ACK',
  'ACK ACK',
  'ALL NONE',
  'PSH,ACK PSH,ACK',
  'FIN,SYN,RST,PSH,ACK,URG ACK,PSH',
  'SYN,RST SYN',
]
const TYPES = ['LOCAL', 'UNICAST', 'MULTICAST', 'LOCAL,UNICAST']
const MARKS = ['0x1', '0x0', '0x2/0x3', '0x10/0xf0', '0x1/0xffffffff']

function bang(random: Random, probability = 0.2): string {
  return random.chance(probability) ? '! ' : ''
}

const address: MatchMaker = (random, {family, side}) => {
  const peer = side === 'out' ? '-d' : '-s'
  const option = random.chance(0.8) ? peer : random.pick(['-s', '-d'])
  const net = random.pick(NETS[family])
  return `${net.endsWith('/0') ? bang(random, 0.05) : bang(random)}${option} ${net} `
}

const ports: MatchMaker = (random, {side}) => {
  const peer = side === 'out' ? '--dport' : '--sport'
  if (random.chance(0.85)) {
    const range = random.pick(PORT_TEXTS)
    // iptables-legacy-save leaves out a negated full range, which never matches: no reader could know.
    return `-m tcp ${range === '0:65535' ? '' : bang(random)}${peer} ${range} `
  }
  const own = side === 'out' ? '--sport' : '--dport'
  return `-m tcp ${bang(random)}${own} ${random.pick(SOURCE_PORTS)} `
}

const flags: MatchMaker = random =>
  random.chance(0.4)
    ? `-m tcp ${bang(random)}--syn `
    : `-m tcp ${bang(random)}--tcp-flags ${random.pick(FLAGS)} `

const multiport: MatchMaker = random => {
  const option = random.pick(['--dports', '--dports', '--sports', '--ports'])
  return `-m multiport ${bang(random)}${option} ${random.pick(['443,1500', '22,80,1000:2000', '443', '3128,8443', '32768:60999'])} `
}

const state: MatchMaker = random =>
  random.chance(0.3)
    ? `-m state ${bang(random)}--state ${random.pick(['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,ESTABLISHED'])} `
    : `-m conntrack ${bang(random)}--ctstate ${random.pick([...STATES, 'DNAT', 'SNAT', 'DNAT,ESTABLISHED'])} `

const tuple: MatchMaker = (random, {family}) => {
  const parts = random.some(
    [
      () => `--ctdir ${random.pick(['ORIGINAL', 'REPLY'])}`,
      () => `${bang(random)}--ctproto ${random.pick(['6', '17'])}`,
      () => `${bang(random)}--ctorigdst ${random.pick(NETS[family].filter(net => !net.includes('255')))}`,
      () => `${bang(random)}--ctorigsrc ${random.pick(NETS[family].filter(net => !net.includes('255')))}`,
      () => `${bang(random)}--ctreplsrc ${random.pick(NETS[family].filter(net => !net.includes('255')))}`,
      () => `${bang(random)}--ctorigdstport ${random.pick(['443', '1500', '80:1500'])}`,
      () => `${bang(random)}--ctreplsrcport ${random.pick(['443', '3128', '8443'])}`,
      () =>
        `${bang(random)}--ctstatus ${random.pick(['SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE', 'EXPECTED', 'ASSURED,SEEN_REPLY'])}`,
      () => `${bang(random)}--ctstate ${random.pick(STATES)}`,
    ],
    random.between(1, 2),
  )
  return `-m conntrack ${parts.map(part => part()).join(' ')} `
}

const owner: MatchMaker = (random, {side}) => {
  if (side === 'in') return ''
  return `-m owner ${random.pick([
    `${bang(random)}--uid-owner 0`,
    `${bang(random)}--uid-owner 1000`,
    `${bang(random)}--uid-owner 500-2000`,
    `${bang(random)}--gid-owner 0`,
    `${bang(random)}--socket-exists`,
    `--uid-owner 0 ! --gid-owner 5`,
  ])} `
}

const range: MatchMaker = (random, {family}) =>
  `-m iprange ${bang(random)}${random.pick(['--dst-range', '--src-range'])} ${random.pick(RANGES[family])} `

const addressType: MatchMaker = random =>
  `-m addrtype ${bang(random)}${random.pick(['--dst-type', '--src-type'])} ${random.pick(TYPES)} `

const mark: MatchMaker = random =>
  `-m ${random.pick(['mark', 'mark', 'connmark'])} ${bang(random)}--mark ${random.pick(MARKS)} `

const set: MatchMaker = (random, {family}) => {
  const {name, directions} = random.pick(SET_USES[family])
  const count = random.chance(0.9) ? directions : random.between(1, 3)
  const flagsText = Array.from({length: count}, () => random.pick(['dst', 'src'])).join(',')
  return `-m set ${bang(random)}--match-set ${name} ${flagsText} `
}

const NAMES = ['eth0', 'eth1', 'lo', 'eth+', 'eth', 'l+', 'wlan0']

/** Base chains refuse interfaces that they cannot have; chains of the user's take them all. */
const device: MatchMaker = (random, {side, base}) => {
  const natural = side === 'out' ? '-o' : '-i'
  const option = base === null && random.chance(0.3) ? (natural === '-o' ? '-i' : '-o') : natural
  return `${bang(random)}${option} ${random.pick(NAMES)} `
}

const harmless: MatchMaker = random =>
  random.pick([
    '-m comment --comment "say \\"hello\\" it\'s fine" ',
    '-m comment --comment plain ',
    '-m comment --comment "-j DROP ! -d" ',
    '-m pkttype --pkt-type unicast ',
    '-m pkttype ! --pkt-type unicast ',
    '-m pkttype --pkt-type multicast ',
  ])

const MAKERS: readonly {readonly weight: number; readonly make: MatchMaker; readonly tcp: boolean}[] = [
  {weight: 6, make: address, tcp: false},
  {weight: 6, make: ports, tcp: true},
  {weight: 2, make: flags, tcp: true},
  {weight: 2, make: multiport, tcp: true},
  {weight: 4, make: state, tcp: false},
  {weight: 2, make: tuple, tcp: false},
  {weight: 2, make: owner, tcp: false},
  {weight: 1.5, make: range, tcp: false},
  {weight: 1.5, make: addressType, tcp: false},
  {weight: 2.5, make: mark, tcp: false},
  {weight: 2.5, make: set, tcp: false},
  {weight: 3, make: device, tcp: false},
  {weight: 1, make: harmless, tcp: false},
  {weight: 0.8, make: hopLimit, tcp: false},
  {weight: 0.8, make: option, tcp: true},
  {weight: 0.8, make: segmentSize, tcp: true},
  {weight: 0.8, make: group, tcp: false},
  {weight: 0.5, make: policy, tcp: false},
  {weight: 0.8, make: socket, tcp: false},
  {weight: 1, make: processGroup, tcp: false},
]

const icmpv6 = (random: Random): string => {
  const type = random.pick(['135', '136', '135', '136', '128', '135/0', '136/1'])
  const byType = random.chance(0.8) ? `-m icmp6 ${bang(random)}--icmpv6-type ${type} ` : ''
  const limit = random.chance(0.2)
    ? `-m hl ${random.pick(['--hl-eq 255', '--hl-lt 255', '! --hl-eq 64'])} `
    : ''
  return `-p ipv6-icmp ${byType}${limit}`
}

/** Up to three matches, each kind at most once, as text that ends in a blank. */
export function matchesFor(random: Random, place: Place, onlyTcp: boolean): string {
  const count = random.pick([0, 1, 1, 1, 2, 2, 3])
  const makers = new Set(Array.from({length: count}, () => random.weighted(MAKERS, ({weight}) => weight)))
  const needsTcp = onlyTcp || [...makers].some(({tcp}) => tcp)
  const protocol = needsTcp
    ? '-p tcp '
    : place.family === 6 && random.chance(0.25)
      ? icmpv6(random)
      : random.chance(0.2)
        ? random.pick(['-p tcp ', '-p udp ', '! -p udp ', '! -p tcp '])
        : ''
  const core = new Set([address, device])
  const inOrder = [...makers].sort((a, b) => Number(core.has(b.make)) - Number(core.has(a.make)))
  const texts = inOrder.map(({make}) => make(random, place))
  const undecided = place.undecided && random.chance(0.1) ? undecidedMatch(random) : ''
  const before = texts.filter((_, index) => core.has(inOrder[index]?.make ?? address))
  const after = texts.filter((_, index) => !core.has(inOrder[index]?.make ?? address))
  return [...before, protocol, ...after, undecided].join('')
}
