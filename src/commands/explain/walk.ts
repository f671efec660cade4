import type {Status} from '../../contract/cause-codes.ts'
import type {Blocker} from '../../contract/judgement.ts'
import {type Listed, listChain} from '../../firewall/explain/listing.ts'
import type {PacketWalk} from '../../firewall/explain/packets.ts'
import type {Matched, Visit, VisitedChain} from '../../firewall/explain/visit.ts'
import type {Rule} from '../../firewall/model/rules.ts'
import {printableLine} from '../../lib/printable.ts'
import {hanging, wrap} from '../../lib/wrap.ts'
import type {Style} from '../../report/text/style.ts'

/** One packet of the connection through the base chains, in the order in which it meets them. */
export function packetLines(
  {packets, visits}: PacketWalk,
  blocker: Blocker | null,
  style: Style,
): readonly string[] {
  const [first] = packets
  const names = packets.map(({name}) => PACKET_WORDS[name]).join(', ')
  const way = first?.outbound ? 'out of this host' : 'in to this host'
  return [
    ...wrap(`${names}, ${way}`, style.columns).map(style.heading),
    ...visits.flatMap(visit => visitLines(visit, blocker, style)),
  ]
}

const PACKET_WORDS: Readonly<Record<Visit['segment']['name'], string>> = {
  syn: 'Connection request (SYN)',
  'syn-ack': 'Reply to it (SYN-ACK)',
  ack: 'Acknowledgement (ACK)',
  data: 'Data',
  request: 'Datagram (UDP)',
  reply: 'Answer to it (UDP)',
  solicitation: 'IPv6 neighbor solicitation (ICMPv6 135)',
  advertisement: 'IPv6 neighbor advertisement (ICMPv6 136)',
  'arp-request': 'ARP request for the next hop',
  'arp-reply': 'ARP reply',
}

function visitLines(visit: Visit, blocker: Blocker | null, style: Style): readonly string[] {
  const {base, priority, root, looped} = visit
  const {engine, family, table} = base.policy.source
  const place = [engine, family, table, base.chain.name].filter(word => word !== '').join(' ')
  const title = `${place} (hook ${base.hook}, priority ${priority}${looped ? ', back in over lo' : ''})`
  return [
    ...hanging('  ', printableLine(title), style.columns),
    ...chainLines(root, decisionIn(visit, blocker), reachesPolicy(visit), 1, style),
    ...fateLines(visit, style),
  ]
}

/** Which rules decide in a visit, and what their lines look like. */
type Decision = {readonly by: (rule: Rule) => boolean; readonly status: Status}

function decisionIn({fate}: Visit, blocker: Blocker | null): Decision {
  const by = ({source}: Rule) => source === blocker || fate.by.some(rule => rule.source === source)
  return {by: rule => fate.kind !== 'passed' && by(rule), status: fate.kind === 'stopped' ? 'fail' : 'warn'}
}

function reachesPolicy({fate, base}: Visit): boolean {
  return fate.by.includes(base.policy)
}

/** Indentation ends here: calls may nest very deep. */
const DEEPEST = 6

function chainLines(
  visited: VisitedChain,
  decision: Decision,
  toEnd: boolean,
  depth: number,
  style: Style,
): readonly string[] {
  const listed = listChain(visited, decision.by, toEnd)
  const width = Math.max(1, ...listed.map(line => (line.kind === 'rule' ? numberText(line.rule).length : 1)))
  return listed.flatMap(line => listedLines(line, decision, width, depth, style))
}

function listedLines(
  line: Listed,
  decision: Decision,
  width: number,
  depth: number,
  style: Style,
): readonly string[] {
  const indent = '    '.repeat(Math.min(depth, DEEPEST))
  const dots = style.unicode ? '…' : '...'
  if (line.kind !== 'rule') return [`${indent}  ${' '.repeat(width)} ${dots} ${gapWords(line)}`]
  const {rule, deciding, calls} = line
  const mark = deciding ? '>' : ' '
  const number = numberText(rule).padStart(width)
  const start = `${indent}${mark} ${number} ${wordFor(line).padEnd(WORD_WIDTH)} `
  const text = hanging(start, printableLine(rule.source.text), style.columns)
  return [
    ...(deciding ? text.map(one => style.status(decision.status, one)) : text),
    ...calls.flatMap(called => calledLines(called, decision, depth + 1, style)),
  ]
}

function gapWords(line: Exclude<Listed, {kind: 'rule'}>): string {
  if (line.kind === 'rest') return line.all ? 'no rule matches' : 'no rule after it matches'
  const one = line.rules === 1
  if (line.kind === 'gap') return one ? '1 rule that does not match' : `${line.rules} rules that do not match`
  return `${line.rules} ${one ? 'rule that matches is' : 'rules that match are'} left out`
}

const MATCH_WORDS: Readonly<Record<Matched, string>> = {
  yes: 'matches',
  maybe: 'may match',
  part: 'in part',
}

const WORD_WIDTH = 'not reached'.length

function wordFor({rule, matched, reached}: Listed & {kind: 'rule'}): string {
  if (matched === 'yes' && rule.action.kind === 'unknown') return 'unclear'
  if (matched !== null) return MATCH_WORDS[matched]
  return reached ? 'no match' : 'not reached'
}

function numberText({source: {rule}}: Rule): string {
  return rule === 0 ? '?' : String(rule)
}

function calledLines(
  called: VisitedChain,
  decision: Decision,
  depth: number,
  style: Style,
): readonly string[] {
  const {chain, again, rules} = called
  const nothing = rules.length === 0 ? (again ? ': as before' : ': no rule matches') : ''
  const indent = '    '.repeat(Math.min(depth, DEEPEST))
  return [
    ...hanging(indent, printableLine(`chain ${chain.name}${nothing}`), style.columns),
    ...chainLines(called, decision, false, depth, style),
  ]
}

function fateLines({fate, segment}: Visit, style: Style): readonly string[] {
  const by = fate.by.map(ruleWords).join(', ')
  const line = (status: 'pass' | 'warn' | 'fail', text: string) =>
    hanging('    ', text, style.columns).map(one => style.status(status, one))
  switch (fate.kind) {
    case 'passed':
      return hanging('    ', `--> accepted${by === '' ? '' : ` by ${by}`}`, style.columns)
    case 'open':
      return line('warn', `==> cannot be decided: it depends on ${by === '' ? 'earlier rules' : by}`)
    case 'given-up':
      return line('warn', '==> cannot be decided: too many branches to follow')
    case 'stopped':
      return segment.name === 'ack'
        ? line('warn', `==> BLOCKED here by ${by}; the data that follows also acknowledges`)
        : line('fail', `==> BLOCKED here by ${by}`)
  }
}

const ACTION_WORDS: Readonly<Record<string, string>> = {
  drop: 'drop',
  reject: 'reject',
  'destination-nat': 'destination NAT',
  'source-nat': 'source NAT',
}

/** A rule inside a sentence: `rule 5 of OUTPUT (drop)`. */
function ruleWords({source: {chain, rule, text}, action}: Rule): string {
  if (rule === 'policy') return `the policy (${printableLine(text)})`
  const how = ACTION_WORDS[action.kind]
  return rule === 0
    ? `"${printableLine(text)}"`
    : `rule ${rule} of ${printableLine(chain)}${how === undefined ? '' : ` (${how})`}`
}
