import {parseInterval} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {TupleField} from '../model/protocol.ts'
import {CT, CT_STATUS, type IpProtocol, isNamed} from '../model/protocol.ts'
import {prepareSet} from '../sets/lookup.ts'
import {eachOption, type MatchTranslator, UNDECIDED} from './context.ts'
import {parseIdRange, parseMarkPair, parsePortRange} from './numbers.ts'
import type {Option} from './spec.ts'

const STATES: Readonly<Record<string, number>> = {
  INVALID: CT.invalid,
  ESTABLISHED: CT.established,
  RELATED: CT.related,
  NEW: CT.new,
  UNTRACKED: CT.untracked,
  SNAT: CT.snat,
  DNAT: CT.dnat,
}

const STATUSES: Readonly<Record<string, number>> = {
  NONE: 0,
  EXPECTED: CT_STATUS.expected,
  SEEN_REPLY: CT_STATUS.seenReply,
  ASSURED: CT_STATUS.assured,
  CONFIRMED: CT_STATUS.confirmed,
}

export const state: MatchTranslator = options =>
  eachOption(options, option => (option.name === '--state' ? stateCondition(option) : null))

export const conntrack: MatchTranslator = (options, {family, protocol}) => {
  const moot = options.some(({name}) => name === '--ctstate')
  return eachOption(options, option => {
    const [value = ''] = option.values
    const {negated} = option
    const tuple = TUPLE_OPTIONS[option.name]
    if (tuple) return tupleCondition(tuple, value, negated, moot, family)
    switch (option.name) {
      case '--ctstate':
        return stateCondition(option)
      case '--ctdir':
        return {
          kind: 'conntrack-direction',
          reply: (value.toUpperCase() === 'REPLY') !== negated,
          moot,
        }
      case '--ctproto':
        return protocolCondition(value, protocol, negated, moot)
      case '--ctstatus': {
        const bits = orBits(value, STATUSES)
        return bits === null ? null : {kind: 'conntrack-status', bits, negated, moot}
      }
      default:
        return null
    }
  })
}

const TUPLE_OPTIONS: Readonly<Record<string, {readonly field: TupleField; readonly port: boolean}>> = {
  '--ctorigsrc': {field: 'orig-src', port: false},
  '--ctorigdst': {field: 'orig-dst', port: false},
  '--ctreplsrc': {field: 'repl-src', port: false},
  '--ctrepldst': {field: 'repl-dst', port: false},
  '--ctorigsrcport': {field: 'orig-src', port: true},
  '--ctorigdstport': {field: 'orig-dst', port: true},
  '--ctreplsrcport': {field: 'repl-src', port: true},
  '--ctrepldstport': {field: 'repl-dst', port: true},
}

function stateCondition({values, negated}: Option): Condition | null {
  const states = orBits(values[0] ?? '', STATES)
  return states === null ? null : {kind: 'conntrack-state', states, negated}
}

function orBits(text: string, bits: Readonly<Record<string, number>>): number | null {
  let all = 0
  for (const name of text.toUpperCase().split(',')) {
    const bit = bits[name]
    if (bit === undefined) return null
    all |= bit
  }
  return all
}

function tupleCondition(
  {field, port}: {readonly field: TupleField; readonly port: boolean},
  value: string,
  negated: boolean,
  moot: boolean,
  family: 4 | 6,
): Condition {
  if (port) {
    const ports = parsePortRange(value)
    return ports ? {kind: 'conntrack-port', field, ports, negated, moot} : UNDECIDED
  }
  const interval = parseInterval(value)
  if (!interval || interval.family !== family) return UNDECIDED
  return {kind: 'conntrack-tuple', field, within: {lo: interval.lo, hi: interval.hi}, negated, moot}
}

function protocolCondition(value: string, protocol: IpProtocol, negated: boolean, moot: boolean): Condition {
  if (!/^(\d+|[a-z0-9-]+)$/i.test(value)) return UNDECIDED
  return {kind: 'conntrack-protocol', same: isNamed(protocol, value) !== negated, moot}
}

export const owner: MatchTranslator = options => {
  let condition: Condition & {kind: 'owner'} = {kind: 'owner', uid: null, gid: null, socket: null}
  const others = options.some(({name}) => name === '--suppl-groups')
  for (const {name, values, negated} of options) {
    const range = parseIdRange(values[0] ?? '')
    if (name === '--suppl-groups') continue
    if (name === '--socket-exists') condition = {...condition, socket: {negated}}
    else if (!range) return null
    else if (name === '--uid-owner') condition = {...condition, uid: {range, negated}}
    else if (name === '--gid-owner') condition = {...condition, gid: {range, negated, others}}
    else return null
  }
  return [condition]
}

export const mark: MatchTranslator = options => markConditions(options, 'packet')

export const connmark: MatchTranslator = options => markConditions(options, 'connection')

function markConditions(
  options: readonly Option[],
  of: 'packet' | 'connection',
): readonly Condition[] | null {
  return eachOption(options, ({name, values, negated}) => {
    const pair = parseMarkPair(values[0] ?? '')
    return name === '--mark' && pair ? {kind: 'mark', of, ...pair, negated} : null
  })
}

export const set: MatchTranslator = (options, {sets, changingSets}) => {
  const conditions: Condition[] = []
  for (const {name, values, negated} of options) {
    if (name === '--update-counters' || name === '--update-subcounters') continue
    if (name !== '--match-set' && name !== '--set') return null
    const [setName = '', flags = ''] = values
    const known = sets?.get(setName)
    if (!known) return null
    prepareSet(known)
    const directions = flags.split(',').map(flag => (flag === 'src' ? 'src' : 'dst'))
    const changing = [known, ...known.members].flatMap(one => (changingSets.has(one.name) ? [one.name] : []))
    conditions.push({kind: 'set', set: known, directions, negated, ...(changing.length > 0 && {changing})})
  }
  return conditions
}

export const iprange: MatchTranslator = (options, {family}) =>
  eachOption(options, ({name, values, negated}) => {
    const interval = parseInterval(values[0] ?? '')
    const field = name === '--src-range' ? 'src' : name === '--dst-range' ? 'dst' : null
    if (!field || !interval || interval.family !== family) return null
    return {kind: 'address', field, within: {lo: interval.lo, hi: interval.hi}, negated}
  })

export const addrtype: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const field = name === '--src-type' ? 'src' : name === '--dst-type' ? 'dst' : null
    if (!field) return null
    return {kind: 'address-type', field, types: (values[0] ?? '').toUpperCase().split(','), negated}
  })

export const rpfilter: MatchTranslator = options => [
  {kind: 'reverse-path', negated: options.some(({name}) => name === '--invert')},
]

/** Without a bridge below it a packet matches only when every test is negated. */
export const physdev: MatchTranslator = options => [
  {kind: 'bridge-port', negated: options.every(({negated}) => negated)},
]

export const length: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const bytes = parsePortRange(values[0] ?? '')
    return name === '--length' && bytes ? {kind: 'length', bytes, negated} : null
  })

/** A short pattern, or one in hexadecimal, may be found in the headers as well. */
export const string: MatchTranslator = options => {
  const pattern = options.find(({name}) => name === '--string')
  const text = pattern?.values[0] ?? ''
  if (!pattern || text.length < 4) return null
  return [{kind: 'payload', negated: pattern.negated}]
}
