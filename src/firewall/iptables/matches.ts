import type {Condition} from '../condition.ts'
import {type IpProtocol, isNamed} from '../protocol.ts'
import {
  ALWAYS,
  type MatchTranslator,
  NEVER,
  type RuleContext,
  UNDECIDED,
  UNDECIDED_PAYLOAD,
} from './context.ts'
import {multiport, tcp, udp} from './core-matches.ts'
import {hopLimit, icmpv6} from './icmpv6-matches.ts'
import {devgroup, geoip, hopLimit as ownHopLimit, pkttype, policy, socket, tcpmss} from './packet-matches.ts'
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
import {time} from './time-match.ts'

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
