import type {Condition} from '../model/condition.ts'
import {DISCOVERY_HOP_LIMIT, ICMPV6_TYPES, type IpProtocol, isNamed} from '../model/protocol.ts'
import {
  ALWAYS,
  eachOption,
  type MatchTranslator,
  NEVER,
  type RuleContext,
  UNDECIDED,
  UNDECIDED_PAYLOAD,
} from './context.ts'
import {multiport, tcp, udp} from './core-matches.ts'
import {parseNumber} from './numbers.ts'
import {
  devgroup,
  geoip,
  hopLimit as ownHopLimit,
  pkttype,
  policy,
  socket,
  tcpmss,
  time,
} from './packet-matches.ts'
import type {Extension} from './spec.ts'
import {
  addrtype,
  connmark,
  conntrack,
  iprange,
  length,
  mark,
  owner,
  physdev,
  rpfilter,
  set,
  state,
  string,
} from './state-matches.ts'

/** As rules may name them; `ip6tables-save` prints numbers. */
const TYPE_NAMES: ReadonlyMap<string, number> = new Map([
  ['neighbour-solicitation', ICMPV6_TYPES.solicitation],
  ['neighbor-solicitation', ICMPV6_TYPES.solicitation],
  ['neighbour-advertisement', ICMPV6_TYPES.advertisement],
  ['neighbor-advertisement', ICMPV6_TYPES.advertisement],
])

/** `--icmpv6-type TYPE[/CODE]`, for packets whose code is 0. */
const icmpv6: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const [typeText = '', codeText = '0'] = (values[0] ?? '').split('/', 2)
    const type = TYPE_NAMES.get(typeText) ?? parseNumber(typeText)
    const code = parseNumber(codeText)
    if (name !== '--icmpv6-type' || type === null || code === null) return null
    if (code !== 0) return negated ? ALWAYS : NEVER
    return {kind: 'icmpv6-type', type, negated}
  })

/** `-m hl`, for packets of neighbour discovery. */
const hopLimit: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const limit = parseNumber(values[0] ?? '')
    const compare = COMPARISONS[name]
    if (limit === null || !compare) return null
    return compare(DISCOVERY_HOP_LIMIT, limit) !== negated ? ALWAYS : NEVER
  })

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '--hl-eq': (value, limit) => value === limit,
  '--hl-lt': (value, limit) => value < limit,
  '--hl-gt': (value, limit) => value > limit,
}

const always: MatchTranslator = () => [ALWAYS]
const never: MatchTranslator = () => [NEVER]
const onPayload: MatchTranslator = () => [UNDECIDED_PAYLOAD]

/** Matches that can be decided. Everything else depends on rates, counters or times, and is undecided. */
const TRANSLATORS: ReadonlyMap<string, MatchTranslator> = new Map([
  ['state', state],
  ['conntrack', conntrack],
  ['owner', owner],
  ['mark', mark],
  ['connmark', connmark],
  ['set', set],
  ['iprange', iprange],
  ['addrtype', addrtype],
  ['pkttype', pkttype],
  ['rpfilter', rpfilter],
  ['physdev', physdev],
  ['length', length],
  ['string', string],
  ['time', time],
  ['comment', always],
  ['devgroup', devgroup],
  ['policy', policy],
  ['socket', socket],
  ['geoip', geoip],
  ['u32', onPayload],
  ['bpf', onPayload],
  // Other protocols, fragments, and IPv6 extension headers, which the packets that are judged lack: without the header
  // these matches fail whatever they ask of it, negated or not (net/ipv6/netfilter/ip6t_rt.c).
  ...['rt', 'frag', 'hbh', 'dst', 'udplite', 'icmp', 'igmp', 'sctp', 'dccp', 'esp', 'ah', 'mh'].map(
    name => [name, never] as const,
  ),
])

const OF_PROTOCOL: Readonly<Record<IpProtocol, ReadonlyMap<string, MatchTranslator>>> = {
  tcp: new Map([
    ['multiport', multiport],
    ['mport', multiport],
    ['ttl', ownHopLimit],
    ['hl', ownHopLimit],
    ['tcpmss', tcpmss],
  ]),
  udp: new Map([
    ['multiport', multiport],
    ['mport', multiport],
    ['ttl', ownHopLimit],
    ['hl', ownHopLimit],
    ['tcpmss', never],
  ]),
  icmpv6: new Map([
    ['multiport', never],
    ['mport', never],
    ['hl', hopLimit],
  ]),
}

function translatorOf(name: string, protocol: IpProtocol): MatchTranslator | undefined {
  if (isNamed('tcp', name)) return protocol === 'tcp' ? tcp : never
  if (isNamed('udp', name)) return protocol === 'udp' ? udp : never
  if (isNamed('icmpv6', name)) return protocol === 'icmpv6' ? icmpv6 : never
  return OF_PROTOCOL[protocol].get(name) ?? TRANSLATORS.get(name)
}

/** Translates one match; whatever is not understood about it makes it undecided. */
export function matchConditions({name, options}: Extension, context: RuleContext): readonly Condition[] {
  const translate = translatorOf(name, context.protocol)
  if (!translate) return [UNDECIDED]
  return (
    translate(options, context) ?? [name === 'string' || name === 'length' ? UNDECIDED_PAYLOAD : UNDECIDED]
  )
}
