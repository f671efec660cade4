import type {Command} from '../../../contract/remedy.ts'
import {liesWithin, parseInterval} from '../../model/address.ts'
import type {Bound} from '../grammar/pattern.ts'
import {compareIptables} from './compare-iptables.ts'
import {saveLine} from './in-listings.ts'
import {isMarked, type Left, type Likeness} from './left.ts'

const start = (permanent: boolean): Command =>
  permanent ? ['firewall-cmd', '--permanent'] : ['firewall-cmd']
const where = (permanent: boolean) => (permanent ? ', saved for the next boot' : '')

/** Direct rules, as `firewall-cmd --direct --get-all-rules` prints them: a family, a table, a chain, a priority, and words. */
export function directLeft(
  printed: string,
  permanent: boolean,
  words: readonly string[],
  bound: Bound,
): readonly Left[] {
  const ours = saveLine(bound.chain ?? '', words)
  return printed.split('\n').flatMap((line): readonly Left[] => {
    const [family = '', table = '', chain = '', priority = '', ...rule] = shellWords(line)
    const at = rule.indexOf('--comment')
    const marked = at >= 0 && isMarked(rule[at + 1] ?? '', bound)
    const beside = family === bound.family && table === bound.table && chain === bound.chain
    if (!marked && !(beside && compareIptables(saveLine(chain, rule), ours) !== null)) return []
    const remove: Command = [
      ...start(permanent),
      '--direct',
      '--remove-rule',
      family,
      table,
      chain,
      priority,
      ...rule,
    ]
    return [{text: `${line}${where(permanent)}`, remove, marked}]
  })
}

/** Python's shlex.quote puts what needs it between single quotes. */
function shellWords(line: string): readonly string[] {
  return (line.match(/'[^']*'|[^\s']+/g) ?? []).map(word => word.replace(/^'(.*)'$/, '$1'))
}

/** Rich rules of the step's policy, as `--list-rich-rules` prints them, that are like the step's own: they have no comment. */
export function richLeft(printed: string, permanent: boolean, bound: Bound): readonly Left[] {
  return printed.split('\n').flatMap((line): readonly Left[] => {
    if (compareRich(line, bound.rich ?? '') === null) return []
    const remove: Command = [
      ...start(permanent),
      '--policy',
      bound.policy ?? '',
      `--remove-rich-rule=${line}`,
    ]
    return [{text: `${line}${where(permanent)}`, remove, marked: false}]
  })
}

type RichRule = {
  readonly family: string | null
  readonly destination: string | null
  readonly what: string
  readonly port: string | null
}

/** `log` and `audit` do not count, nor does the priority: another one is another place. */
const RICH =
  /^rule(?: priority=-?\d+)?(?: family=(ipv[46]))?(?: destination address=(\S+))? (?:port port=([\d-]+) protocol=(tcp|udp)|(icmp-type name=\S+))(?: log(?: (?:prefix|level)=\S+)*(?: limit value=\S+)?)?(?: audit)? accept$/

function compareRich(theirs: string, ours: string): Likeness | null {
  const [their, our] = [readRich(theirs), readRich(ours)]
  if (!their || !our || their.what !== our.what) return null
  if (their.family !== null && their.family !== our.family) return null
  if (!covers(their.destination, our.destination) || !hasPort(their.port, our.port)) return null
  return JSON.stringify(their) === JSON.stringify(our) ? 'same' : 'wider'
}

function readRich(rule: string): RichRule | null {
  const match = RICH.exec(rule.replaceAll('"', '').trim())
  if (!match) return null
  const [, family = null, destination = null, port = null, protocol = '', message = ''] = match
  return {family, destination, port, what: protocol + message}
}

function covers(wanted: string | null, known: string | null): boolean {
  if (wanted === null || wanted === known) return true
  const inner = known === null ? null : parseInterval(known)
  return inner !== null && liesWithin(inner, parseInterval(wanted))
}

function hasPort(range: string | null, port: string | null): boolean {
  if (range === null || port === null) return range === port
  const [lo, hi = lo] = range.split('-').map(Number)
  return lo !== undefined && hi !== undefined && lo <= Number(port) && Number(port) <= hi
}
