import {parseInterval} from '../model/address.ts'
import {type Option, parseRuleSpec, type RuleSpec} from './spec.ts'

const ALIASES: Readonly<Record<string, string>> = {
  '--source-port': '--sport',
  '--destination-port': '--dport',
  '--source-ports': '--sports',
  '--destination-ports': '--dports',
}

const PROTOCOLS: Readonly<Record<string, string>> = {'1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'ipv6-icmp'}

/** Matches that `-p` brings along. */
const OF_PROTOCOL = new Set([
  ...Object.keys(PROTOCOLS),
  'tcp',
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'icmp6',
  'icmpv6',
])

const DEFAULT_REJECT = new Set(['icmp-port-unreachable', 'icmp6-port-unreachable', 'port-unreach'])

/**
 * A text that is the same for a rule however it was written: by hand, or as either backend prints it. Rules that mean
 * the same may still have different keys; rules that mean different things never share one. The chain is left out.
 * @returns null for a rule that cannot be read
 */
export function ruleKey(text: string): string | null {
  const spec = parseRuleSpec(text)
  return spec && JSON.stringify([coreKeys(spec), matchKeys(spec), targetKey(spec)])
}

function coreKeys({core}: RuleSpec): unknown[] {
  return sorted(
    core.flatMap(option => {
      const value = option.values[0] ?? ''
      if (option.name === '-c') return []
      if (option.name === '-p') {
        const name = PROTOCOLS[value] ?? value.toLowerCase()
        return name === 'all' || name === '0' ? [] : [[option.name, option.negated, name]]
      }
      if (option.name !== '-s' && option.name !== '-d') return [[option.name, option.negated, value]]
      const interval = parseInterval(value)
      return [[option.name, option.negated, interval ? `${interval.lo}-${interval.hi}` : value]]
    }),
  )
}

function matchKeys({matches}: RuleSpec): unknown[] {
  return sorted(
    matches.flatMap(({name, options}) => {
      const own = OF_PROTOCOL.has(name)
      return own && options.length === 0 ? [] : [[own ? '' : name, sorted(options.map(optionKey))]]
    }),
  )
}

function targetKey({target}: RuleSpec): unknown {
  if (!target) return null
  const options = target.options.filter(
    ({name, values}) => !(name === '--reject-with' && DEFAULT_REJECT.has(values[0] ?? '')),
  )
  return [target.name, target.goto, sorted(options.map(optionKey))]
}

function optionKey({name, values, negated}: Option): unknown {
  switch (name) {
    case '--syn':
      return ['--tcp-flags', negated, ['ACK,FIN,RST,SYN', 'SYN']]
    case '--tcp-flags':
    case '--state':
    case '--ctstate':
      return [name, negated, values.map(list => list.split(',').sort().join(','))]
    case '--comment':
      // A rule of this tool's own is told by its place, since it is planned before it has its comment.
      return [name, negated, values[0]?.startsWith('drs-onboard:') ? 'drs-onboard:' : values]
    default:
      return [ALIASES[name] ?? name, negated, values]
  }
}

function sorted(keys: readonly unknown[]): unknown[] {
  const texts = keys.map(key => JSON.stringify(key))
  return texts.sort()
}
