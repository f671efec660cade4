import {parseInterval, parseIpv4} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {AddressField} from '../model/protocol.ts'
import {isNamed, TCP_FLAGS} from '../model/protocol.ts'
import {ALWAYS, eachOption, type MatchTranslator, NEVER, type RuleContext, UNDECIDED} from './context.ts'
import {parseNumber, parsePortRange} from './numbers.ts'
import type {Option} from './spec.ts'

/** Translates `-s`, `-d`, `-i`, `-o`, `-p` and `-f`. */
export function coreCondition(option: Option, context: RuleContext): Condition {
  const value = option.values[0] ?? ''
  switch (option.name) {
    case '-s':
      return addressCondition('src', value, option.negated, context)
    case '-d':
      return addressCondition('dst', value, option.negated, context)
    case '-i':
    case '-o':
      return interfaceCondition(option.name === '-i' ? 'in' : 'out', value, option.negated)
    case '-p':
      return protocolCondition(value, option.negated, context)
    case '-f':
      return option.negated ? ALWAYS : NEVER
    case '-c':
      return ALWAYS
    default:
      return UNDECIDED
  }
}

function addressCondition(
  field: AddressField,
  text: string,
  negated: boolean,
  {family}: RuleContext,
): Condition {
  const interval = parseInterval(text)
  if (interval) {
    if (interval.family !== family) return UNDECIDED
    return {kind: 'address', field, within: {lo: interval.lo, hi: interval.hi}, negated}
  }
  const [address = '', mask = ''] = text.split('/')
  const value = parseIpv4(address)
  const bits = parseIpv4(mask)
  if (family !== 4 || value === null || bits === null) return UNDECIDED
  return {kind: 'masked-address', field, mask: bits, value: value & bits, negated}
}

function interfaceCondition(of: 'in' | 'out', text: string, negated: boolean): Condition {
  const prefix = text.endsWith('+')
  return {kind: 'interface', of, name: prefix ? text.slice(0, -1) : text, prefix, negated}
}

const ANY_PROTOCOL = new Set(['all', '0', 'ip'])

function protocolCondition(text: string, negated: boolean, {protocol}: RuleContext): Condition {
  const matches = ANY_PROTOCOL.has(text.toLowerCase()) || isNamed(protocol, text)
  return matches !== negated ? ALWAYS : NEVER
}

export const tcp: MatchTranslator = options =>
  eachOption(options, option => {
    switch (option.name) {
      case '--sport':
      case '--source-port':
        return portCondition('src', option)
      case '--dport':
      case '--destination-port':
        return portCondition('dst', option)
      case '--syn':
        return {kind: 'tcp-flags', mask: SYN_MASK, value: TCP_FLAGS.syn, negated: option.negated}
      case '--tcp-flags':
        return flagsCondition(option)
      case '--tcp-option':
        return optionCondition(option)
      default:
        return null
    }
  })

export const udp: MatchTranslator = options =>
  eachOption(options, option => {
    const of = UDP_OPTIONS[option.name]
    return of ? portCondition(of, option) : null
  })

const UDP_OPTIONS: Readonly<Record<string, 'src' | 'dst'>> = {
  '--sport': 'src',
  '--source-port': 'src',
  '--dport': 'dst',
  '--destination-port': 'dst',
}

const SYN_MASK = TCP_FLAGS.fin | TCP_FLAGS.syn | TCP_FLAGS.rst | TCP_FLAGS.ack

function portCondition(of: 'src' | 'dst', {values, negated}: Option): Condition | null {
  const range = parsePortRange(values[0] ?? '')
  return range ? {kind: 'ports', of, ranges: [range], negated} : UNDECIDED
}

function optionCondition({values, negated}: Option): Condition {
  const option = parseNumber(values[0] ?? '')
  return option === null ? UNDECIDED : {kind: 'tcp-option', option, negated}
}

function flagsCondition({values, negated}: Option): Condition | null {
  const mask = flagBits(values[0] ?? '')
  const value = flagBits(values[1] ?? '')
  if (mask === null || value === null) return null
  return {kind: 'tcp-flags', mask, value, negated}
}

function flagBits(text: string): number | null {
  let bits = 0
  for (const name of text.toLowerCase().split(',')) {
    if (name === 'none' || name === '') continue
    const bit = name === 'all' ? 0x3f : TCP_FLAGS[name as keyof typeof TCP_FLAGS]
    if (bit === undefined) return null
    bits |= bit
  }
  return bits
}

export const multiport: MatchTranslator = options =>
  eachOption(options, ({name, values, negated}) => {
    const of = MULTIPORT_OPTIONS[name]
    if (!of) return null
    const ranges = (values[0] ?? '').split(',').map(part => parsePortRange(part))
    const known = ranges.filter(range => range !== null)
    return known.length === ranges.length ? {kind: 'ports', of, ranges: known, negated} : UNDECIDED
  })

const MULTIPORT_OPTIONS: Readonly<Record<string, 'src' | 'dst' | 'either'>> = {
  '--sports': 'src',
  '--source-ports': 'src',
  '--dports': 'dst',
  '--destination-ports': 'dst',
  '--ports': 'either',
}
