import {type Option, parseRuleSpec, type RuleSpec} from '../../iptables/spec.ts'
import {liesWithin, parseInterval} from '../../model/address.ts'
import type {Likeness} from './left.ts'

/**
 * How a rule of iptables compares with one that accepts; null where it accepts less, or something else. One that does
 * not name the port is not taken for a form of it.
 * @param theirs, ours as `iptables-save` prints them, from `-A` on; comments do not count
 */
export function compareIptables(theirs: string, ours: string): Likeness | null {
  const [their, our] = [parseRuleSpec(theirs), parseRuleSpec(ours)]
  if (!their || !our || their.target?.name !== 'ACCEPT') return null
  const [asked, given] = [conditionsOf(their), conditionsOf(our)]
  const names = new Set([...asked.keys(), ...given.keys()])
  if (!asked.has('port')) return null
  let likeness: Likeness = 'same'
  for (const name of names) {
    const [wanted, known] = [asked.get(name), given.get(name)]
    if (wanted !== undefined && (known === undefined || !covers(name, wanted, known))) return null
    if (wanted !== known) likeness = 'wider'
  }
  return likeness
}

/** What a rule asks for, by name, each in one text. What is not known has a name of its own, which no other rule has. */
function conditionsOf({core, matches}: RuleSpec): ReadonlyMap<string, string> {
  const conditions = new Map<string, string>()
  const add = (option: Option, extension: string) => {
    const [name, value] = conditionOf(option, extension)
    if (name !== '') conditions.set(name, value)
  }
  for (const option of core) add(option, '')
  for (const {name, options} of matches) for (const option of options) add(option, name)
  return conditions
}

const PORTS: Readonly<Record<string, string>> = {
  '--dport': 'd',
  '--dports': 'd',
  '--destination-port': 'd',
  '--sport': 's',
  '--sports': 's',
  '--source-port': 's',
  '--ctorigdstport': 'original ',
}

const PROTOCOLS: Readonly<Record<string, string>> = {'6': 'tcp', '17': 'udp'}

function conditionOf({name, values, negated}: Option, extension: string): readonly [string, string] {
  const value = values.join(' ')
  const side = PORTS[name]
  if (negated && name !== '--syn' && name !== '--tcp-flags') return [`not ${name}`, value]
  if (side !== undefined) return ['port', `${side}${value}`]
  switch (name) {
    case '-c':
    case '--comment':
      return ['', '']
    case '-p':
      return [name, PROTOCOLS[value] ?? value.toLowerCase()]
    case '-s':
    case '-d':
    case '--ctorigdst': {
      const interval = parseInterval(value)
      return [name, interval ? value.replace(/\/(?:32|128)$/, '') : `unknown ${value}`]
    }
    case '--syn':
      return ['opening', `${negated} ACK,FIN,RST,SYN SYN`]
    case '--tcp-flags':
      return ['opening', `${negated} ${values[0]?.split(',').sort().join(',')} ${values[1]}`]
    case '--state':
    case '--ctstate':
      return ['state', value.split(',').sort().join(',')]
    case '--icmpv6-type':
      return ['port', `icmp ${value}`]
    default:
      return [`${extension} ${name}`, value]
  }
}

function covers(name: string, wanted: string, known: string): boolean {
  if (wanted === known) return true
  if (name === '-s' || name === '-d' || name === '--ctorigdst') {
    const inner = parseInterval(known)
    return inner !== null && liesWithin(inner, parseInterval(wanted))
  }
  if (name === 'state') return known.split(',').every(state => wanted.split(',').includes(state))
  if (name !== 'port') return false
  const [, side = '', list = ''] = /^(d|s|original )(.*)$/.exec(wanted) ?? []
  const port = Number(known.slice(side.length))
  return side !== '' && known.startsWith(side) && list.split(',').some(part => hasPort(part, port))
}

/** `443`, or `400:500`. */
function hasPort(part: string, port: number): boolean {
  const [lo, hi = lo] = part.split(':')
  return lo !== undefined && /^\d+$/.test(`${lo}${hi}`) && Number(lo) <= port && port <= Number(hi)
}
