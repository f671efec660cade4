import type {Condition} from '../condition.ts'
import type {PortRange} from '../fields.ts'
import {KeyIndex} from '../lookup/key-index.ts'
import type {Operation, Source} from '../lookup/selector.ts'
import {NO} from '../ternary.ts'
import {groupNumber} from '../traits.ts'
import {ALWAYS, eachOption, type MatchTranslator, NEVER} from './context.ts'
import {parseNumber, parsePortRange} from './numbers.ts'

/** A number of the packet, after these operations on it, is in a range. */
function lies(
  source: Source,
  {lo, hi}: PortRange,
  negated: boolean,
  operations: readonly Operation[] = [],
): Condition {
  const among = new KeyIndex([{key: [{lo, hi}], value: true, unsure: false}])
  return {kind: 'lookup', key: [{source, operations}], among, negated}
}

/** `-m pkttype`: whom the frame is addressed to; numbers of `linux/if_packet.h`. */
export const pkttype: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const type = PACKET_TYPES[(values[0] ?? '').toLowerCase()]
    return name === '--pkt-type' && type !== undefined
      ? lies({of: 'packet-type'}, {lo: type, hi: type}, negated)
      : null
  })

const PACKET_TYPES: Readonly<Record<string, number>> = {host: 0, unicast: 0, broadcast: 1, multicast: 2}

/** `-m ttl` and `-m hl`: equal, less or greater. */
export const hopLimit: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const limit = parseNumber(values[0] ?? '')
    const range = limit === null ? null : RANGES[name.replace(/^--(?:ttl|hl)-/, '')]?.(limit)
    return range ? lies({of: 'hop-limit'}, range, negated) : null
  })

const RANGES: Readonly<Record<string, (limit: number) => PortRange>> = {
  eq: limit => ({lo: limit, hi: limit}),
  lt: limit => ({lo: 0, hi: limit - 1}),
  gt: limit => ({lo: limit + 1, hi: 255}),
}

/** `-m tcpmss --mss value[:value]`. */
export const tcpmss: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const within = parsePortRange(values[0] ?? '')
    return name === '--mss' && within ? {kind: 'max-segment', within, negated} : null
  })

/** `-m devgroup`: the group of the interface, of which a mask may leave some bits. */
export const devgroup: MatchTranslator = (options, {traits}) =>
  eachOption(options, ({name, values, negated}) => {
    const side = name === '--src-group' ? 'in' : name === '--dst-group' ? 'out' : null
    const [text = '', maskText = '0xffffffff'] = (values[0] ?? '').split('/', 2)
    const group = groupNumber(text, traits.deviceGroups)
    const mask = parseNumber(maskText)
    if (side === null || group === null || mask === null) return null
    const value = (group & mask) >>> 0
    return lies({of: 'device', side, what: 'group'}, {lo: value, hi: value}, negated, [
      {kind: 'and', by: mask},
    ])
  })

/** `-m policy`: where nothing at all goes through IPsec, every packet has the policy `none` (net/netfilter/xt_policy.c). */
export const policy: MatchTranslator = (options, {traits}) => {
  const pol = options.find(({name}) => name === '--pol')
  if (!pol || pol.negated || traits.ipsec !== NO) return null
  return [pol.values[0] === 'none' ? ALWAYS : NEVER]
}

/** `-m socket`: an ordinary socket is no transparent one. */
export const socket: MatchTranslator = options => {
  if (options.some(({name}) => !SOCKET_OPTIONS.has(name))) return null
  const has = (option: string) => options.some(({name}) => name === option)
  return [has('--transparent') ? NEVER : {kind: 'socket', bound: !has('--nowildcard')}]
}

/** `--restore-skmark` changes the packet, which makes the whole rule unknown where it may match. */
const SOCKET_OPTIONS = new Set(['--nowildcard', '--transparent', '--restore-skmark'])

/** `-m geoip`: real countries have no private or reserved addresses, whatever the data base. */
export const geoip: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const field = GEOIP_OPTIONS[name]
    const countries = (values[0] ?? '').split(',')
    if (!field || !countries.every(code => /^[A-Z]{2}$/.test(code) && !NO_COUNTRIES.has(code))) return null
    return {kind: 'country', field, negated}
  })

const GEOIP_OPTIONS: Readonly<Record<string, 'src' | 'dst'>> = {
  '--src-cc': 'src',
  '--source-country': 'src',
  '--dst-cc': 'dst',
  '--destination-country': 'dst',
}

/** Codes that data bases use for what is in no country, or anywhere. */
const NO_COUNTRIES = new Set(['AP', 'EU', 'T1', 'XX', 'ZZ'])
