import {liesWithin, parseInterval} from '../../model/address.ts'
import type {Bound} from '../grammar/pattern.ts'
import {isMarked, type Left, type Likeness} from './left.ts'

/** A rule as ufw is told it and prints it, in either of its syntaxes (ufw(8), Rule syntax). */
type UfwRule = {
  readonly action: string
  readonly out: boolean
  readonly protocol: string
  readonly from: string
  readonly fromPort: string
  readonly to: string
  readonly toPort: string
  /** Anything else: an interface, an application, a log. */
  readonly others: readonly string[]
}

/** What `ufw show added` prints that is marked, or like the step's own rule. */
export function ufwLeft(printed: string, words: readonly string[], bound: Bound): readonly Left[] {
  return ufwLines(printed).flatMap((line): readonly Left[] => {
    const {rule, comment} = splitComment(line)
    const marked = isMarked(comment, bound)
    if (!marked && compareUfw(rule, words) === null) return []
    const [first, ...rest] = rule
    const remove = first === 'route' ? ['route', 'delete', ...rest] : ['delete', ...rule]
    return [{text: line, remove: ['ufw', ...remove], marked}]
  })
}

/** Whether a line of `ufw show added` is the step's own rule. */
export function ufwUnchanged(line: string, words: readonly string[]): boolean {
  return compareUfw(splitComment(line).rule, words) === 'same'
}

const ufwLines = (printed: string) => printed.split('\n').filter(line => line.startsWith('ufw '))

function splitComment(line: string): {readonly rule: readonly string[]; readonly comment: string} {
  const [, told = '', comment = ''] = /^ufw (.*?)(?: comment '(.*)')?$/.exec(line) ?? []
  return {rule: told.match(/'[^']*'|\S+/g)?.map(word => word.replace(/^'(.*)'$/, '$1')) ?? [], comment}
}

function compareUfw(theirs: readonly string[], ours: readonly string[]): Likeness | null {
  const [their, our] = [readUfwRule(theirs), readUfwRule(ours)]
  const isLike =
    their.action === our.action &&
    their.out === our.out &&
    their.others.length === 0 &&
    ['any', our.protocol].includes(their.protocol) &&
    ['any', our.fromPort].includes(their.fromPort) &&
    their.from === our.from &&
    hasPort(their.toPort, our.toPort) &&
    covers(their.to, our.to)
  if (!isLike) return null
  return JSON.stringify(their) === JSON.stringify(our) ? 'same' : 'wider'
}

function readUfwRule(words: readonly string[]): UfwRule {
  const rule = {
    action: '',
    out: false,
    protocol: 'any',
    from: 'any',
    fromPort: 'any',
    to: 'any',
    toPort: 'any',
  }
  const others: string[] = []
  let side: 'from' | 'to' | null = null
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const value = words[at + 1] ?? ''
    if (at === 0) rule.action = word
    else if (word === 'out' || word === 'in') rule.out = word === 'out'
    else if (word === 'proto') rule.protocol = value
    else if (word === 'from' || word === 'to') {
      side = word
      rule[word] = normal(value)
    } else if (word === 'port' && side !== null) rule[side === 'from' ? 'fromPort' : 'toPort'] = value
    else {
      // `443/tcp`, alone.
      const [, port, protocol] = /^([\d,:]+)(?:\/(tcp|udp))?$/.exec(word) ?? []
      if (port === undefined || side !== null) others.push(word)
      else [rule.toPort, rule.protocol] = [port, protocol ?? 'any']
      continue
    }
    if (word !== 'out' && word !== 'in' && at > 0) at += 1
  }
  return {...rule, others}
}

const normal = (address: string) => address.replace(/\/(?:32|128)$/, '').toLowerCase()

/** A rule without a port is not taken for a form of one that has it. */
function hasPort(list: string, port: string): boolean {
  return list.split(',').some(part => {
    const [lo, hi = lo] = part.split(':').map(Number)
    return lo !== undefined && hi !== undefined && lo <= Number(port) && Number(port) <= hi
  })
}

function covers(wanted: string, known: string): boolean {
  if (wanted === known || wanted === 'any') return true
  const inner = parseInterval(known)
  return inner !== null && liesWithin(inner, parseInterval(wanted))
}
