import type {Condition} from '../model.ts'
import {
  ALWAYS,
  type MatchTranslator,
  NEVER,
  type RuleContext,
  UNDECIDED,
  UNDECIDED_PAYLOAD,
} from './context.ts'
import {isTcp, multiport, tcp} from './core-matches.ts'
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
  pkttype,
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
  ['tcp', tcp],
  ['multiport', multiport],
  ['mport', multiport],
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
  ['u32', onPayload],
  ['bpf', onPayload],
  // Other protocols than TCP, fragments, and IPv6 extension headers, which an ordinary connection's packets lack:
  // without the header these matches fail whatever they ask of it, negated or not (net/ipv6/netfilter/ip6t_rt.c).
  ...[
    'rt',
    'frag',
    'hbh',
    'dst',
    'udp',
    'udplite',
    'icmp',
    'icmp6',
    'icmpv6',
    'ipv6-icmp',
    'igmp',
    'sctp',
    'dccp',
    'esp',
    'ah',
    'mh',
  ].map(name => [name, never] as const),
])

/** Translates one match; whatever is not understood about it makes it undecided. */
export function matchConditions({name, options}: Extension, context: RuleContext): readonly Condition[] {
  const translate = isTcp(name) ? tcp : TRANSLATORS.get(name)
  if (!translate) return [UNDECIDED]
  return (
    translate(options, context) ?? [name === 'string' || name === 'length' ? UNDECIDED_PAYLOAD : UNDECIDED]
  )
}
