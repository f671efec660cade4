import {groupNumber} from '../host/traits.ts'
import type {Condition} from '../model/condition.ts'
import type {PortRange} from '../model/protocol.ts'
import type {Operation, Source} from '../model/selector.ts'
import {NO} from '../model/ternary.ts'
import {KeyIndex} from '../sets/key-index.ts'
import {ALWAYS, eachOption, type MatchTranslator, NEVER} from './context.ts'
import {parseNumber, parsePortRange} from './numbers.ts'
import type {Option} from './spec.ts'

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

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Evaluates xt_time at the moment of capture, in UTC as the match does by default. */
export const time: MatchTranslator = (options, {capturedAt}) => {
  const moment = new Date(capturedAt)
  if (Number.isNaN(moment.getTime())) return null
  let matches = true
  for (const option of options) {
    const answer = holds(option, options, moment)
    if (answer === null) return null
    matches &&= answer !== option.negated
  }
  return [matches ? ALWAYS : NEVER]
}

function holds({name, values}: Option, all: readonly Option[], moment: Date): boolean | null {
  const [value = ''] = values
  switch (name) {
    case '--utc':
      return true
    case '--timestop':
      return all.some(option => option.name === '--timestart') ? true : inDaytime('00:00:00', value, moment)
    case '--timestart':
      return inDaytime(value, optionValue(all, '--timestop') ?? '23:59:59', moment)
    case '--weekdays':
      return value.split(',').some(day => isDay(day, moment))
    case '--monthdays':
      return value.split(',').some(day => Number.parseInt(day, 10) === moment.getUTCDate())
    case '--datestart':
      return compareDate(value, date => date <= moment.getTime())
    case '--datestop':
      return compareDate(value, date => moment.getTime() <= date)
    default:
      return null
  }
}

function optionValue(options: readonly Option[], name: string): string | undefined {
  return options.find(option => option.name === name)?.values[0]
}

function isDay(text: string, moment: Date): boolean {
  const number = /^\d$/.test(text) ? Number(text) % 7 : DAYS.indexOf(text.slice(0, 3).toLowerCase())
  return number === moment.getUTCDay()
}

function secondsOf(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0) : null
}

/** A start after the stop means a span over midnight. */
function inDaytime(startText: string, stopText: string, moment: Date): boolean | null {
  const start = secondsOf(startText)
  const stop = secondsOf(stopText)
  if (start === null || stop === null) return null
  const now = moment.getUTCHours() * 3600 + moment.getUTCMinutes() * 60 + moment.getUTCSeconds()
  return start <= stop ? start <= now && now <= stop : now >= start || now <= stop
}

function compareDate(text: string, test: (date: number) => boolean): boolean | null {
  const date = Date.parse(text.includes('T') ? `${text}Z` : text)
  return Number.isNaN(date) ? null : test(date)
}
