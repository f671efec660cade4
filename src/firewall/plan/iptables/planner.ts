import type {IptablesEngine} from '../../../contract/engines.ts'
import type {Blocker} from '../../../contract/judgement.ts'
import type {Remedy, Step} from '../../../contract/remedy.ts'
import {insertRule} from '../../iptables/edit.ts'
import {SAVE_FIELDS, type Save} from '../../iptables/save.ts'
import {splitWords} from '../../iptables/words.ts'
import {type Family, formatAddress, liesWithin, parseInterval} from '../../model/address.ts'
import {parsedFirewall} from '../../parsed.ts'
import {type AcceptRule, changeComment, ruleArguments, ruleText, statesFor} from '../accept-rule.ts'
import {
  describeBlocker,
  type EnginePlanner,
  type Lasting,
  type Need,
  type Obstacle,
  type Proposal,
  portOf,
} from '../engine-planner.ts'
import {writerOf} from '../managers/owners.ts'
import type {Place} from '../places.ts'
import type {RuleFiles} from '../rule-files.ts'
import {placesBefore, placesBeforePolicy, readTable, type Table} from './chains.ts'
import {type AddedRule, lastingIptables} from './lasting.ts'

/**
 * Plans for what iptables holds, with either backend: an ACCEPT directly before the rule that blocks, or before the
 * jump into the chain where it is; for a policy, at the end of its chain.
 */
export function iptablesPlanner(engine: IptablesEngine): EnginePlanner {
  return obstacle => {
    const {blocker, state, stage, tools, persistence} = obstacle
    const program = tools[engine][blocker.family === 'ip6' ? 'ip6' : 'ip']
    if (program === null)
      return `Blocked by ${describeBlocker(blocker)}, and no program that edits ${engine} is installed; install one, then check again.`
    const editable = editableTable(obstacle, engine)
    if (editable === null)
      return `Blocked by ${describeBlocker(blocker)}, in a table that ${program} cannot edit; allow ${portOf(obstacle)} there with \`nft\`, then check again.`
    const {table} = editable
    const places =
      typeof blocker.rule === 'number'
        ? placesBefore(
            table,
            blocker.chain,
            blocker.rule,
            stage,
            chain => writerOf(chain, state, false) !== null,
          )
        : placesBeforePolicy(table, blocker.chain)
    return acceptsAt(places, editable, obstacle, (added, files) => lastingIptables(added, persistence, files))
  }
}

/** More places than any real rule set offers; each costs one judgement. */
const MAX_PLACES = 12

/** Seconds that iptables waits for another program that is changing the rules. */
const LOCK_WAIT = '5'

/** The blocker's table, and what writes to it. */
type EditableTable = {
  readonly engine: IptablesEngine
  readonly family: 'ip' | 'ip6'
  readonly program: string
  readonly saveText: string
  /** The same, parsed. */
  readonly save: Save
  readonly table: Table
}

/** @returns null where the table cannot be edited: no program is there for it, or it shows no such table or chain */
export function editableTable(
  {blocker, state, tools}: Obstacle,
  engine: IptablesEngine,
): EditableTable | null {
  const family = blocker.family === 'ip6' ? 'ip6' : 'ip'
  const program = tools[engine][family]
  const field = SAVE_FIELDS[engine][family]
  const [saveText, save] = [state[field], parsedFirewall(state).save(field)]
  if (program === null || saveText === null || save === null) return null
  const table = readTable(save, blocker.table)
  return table?.has(blocker.chain) ? {engine, family, program, saveText, save, table} : null
}

/** An accept by `iptables` at each place, in their order. */
export function acceptsAt(
  places: readonly Place[],
  {engine, family, program, saveText, save, table}: EditableTable,
  obstacle: Obstacle,
  makeLast: (added: AddedRule, files: RuleFiles) => Lasting,
): readonly Proposal[] {
  const {blocker, state} = obstacle
  const risk = riskOf(obstacle)
  return places.slice(0, MAX_PLACES).flatMap(place =>
    acceptRules(obstacle).map((rule): Proposal => {
      const number = place.number === 'end' ? (table.get(place.chain)?.length ?? 0) + 1 : place.number
      const changed = insertRule(saveText, blocker.table, place.chain, number, ruleText(rule, 'drs-onboard:'))
      return {
        state: {...state, [SAVE_FIELDS[engine][family]]: changed},
        // Somebody sends these connections elsewhere, and stops them there.
        risk: rule.original ? 'disruptive' : risk,
        step: (label, index) => stepOf(program, blocker.table, place, rule, changeComment(label, index)),
        lasting(label, index, files) {
          const comment = changeComment(label, index)
          const step = stepOf(program, blocker.table, place, rule, comment)
          const text = ruleText(rule, comment)
          const words = ruleArguments(rule, comment)
          return makeLast(
            {engine, family, table: blocker.table, place, save, text, comment, words, step},
            files,
          )
        },
      }
    }),
  )
}

/**
 * The rules that may let the stopped packet through, narrowest first; last the one that serves where addresses are
 * translated.
 */
export function acceptRules({stage, blocker, protocol, need, discovery}: Obstacle): readonly AcceptRule[] {
  const peer = peerOf(need, blocker.family === 'ip6' ? 6 : 4)
  const common = {protocol, port: need.port, peer}
  if (discovery) return [{...common, way: discovery.way, state: 'any', icmpv6Type: discovery.icmpv6Type}]
  const early = blocker.table === 'raw'
  const way: AcceptRule['way'] = stage === 'out-syn' || stage === 'out-data' ? 'out' : 'in'
  const plain = statesFor({protocol, way}, early).map(state => ({...common, way, state}))
  // The raw table comes before connection tracking.
  return early ? plain : [...plain, {...common, way, state: 'any', original: true}]
}

/** The destination as `iptables-save` prints it; null for any, also where it is of the other address family. */
export function peerOf({destination}: Pick<Need, 'destination'>, family: Family): string | null {
  const interval = destination === null ? null : parseInterval(destination)
  if (interval === null || interval.family !== family) return null
  const bits = family === 4 ? 32 : 128
  const size = BigInt(interval.hi) - BigInt(interval.lo) + 1n
  const length = bits - (size.toString(2).length - 1)
  return length === 0 ? null : `${formatAddress(family, interval.lo)}/${length}`
}

export function riskOf({blocker, stage, need, state}: Obstacle): Remedy['risk'] {
  const early = blocker.table === 'raw' || blocker.table === 'security'
  const isolates = writerOf(blocker.chain, state, false)?.isolates === true
  const way = stage === 'out-syn' || stage === 'out-data' ? 'out' : 'in'
  return early || isolates || forbidsOnPurpose(blocker, way, need.to, state.ipsetSave ?? '')
    ? 'disruptive'
    : 'additive'
}

/** What a rule accepts, in words. */
export function describeAccept({protocol, way, port, peer, icmpv6Type}: AcceptRule): string {
  if (icmpv6Type !== undefined)
    return `IPv6 neighbor ${icmpv6Type === 135 ? 'solicitations' : 'advertisements'} ${way}`
  const name = `${protocol.toUpperCase()} ${port}`
  const what = way === 'out' ? `${name} out` : `replies from ${name}`
  return peer === null ? what : `${what} ${way === 'out' ? 'to' : 'of'} ${peer}`
}

function stepOf(
  program: string,
  table: string,
  {chain, number}: Place,
  rule: AcceptRule,
  comment: string,
): Step {
  const spec = ruleArguments(rule, comment)
  const start = [program, '-w', LOCK_WAIT, ...(table === 'filter' ? [] : ['-t', table])] as const
  const where = number === 'end' ? `at the end of ${chain}` : `before rule ${number} of ${chain}`
  return {
    title: `Accept ${describeAccept(rule)} ${where} (table ${table}, ${program})`,
    do:
      number === 'end' ? [...start, '-A', chain, ...spec] : [...start, '-I', chain, String(number), ...spec],
    undo: [...start, '-D', chain, ...spec],
    alreadyDone: [...start, '-C', chain, ...spec],
    persists: false,
  }
}

/**
 * Whether a rule was written against just these destinations (or some of them): by address, or by a set of
 * addresses. A rule that denies much more, as a final REJECT does, was not; one that hands packets to a program which
 * looks into them (NFQUEUE) was, whatever it asks for.
 * @param way how the packet that the rule stops travels: its far end is the destination, or the source
 * @param sets as `ipset save` prints them
 */
export function forbidsOnPurpose(
  blocker: Blocker,
  way: 'out' | 'in',
  to: readonly string[],
  sets: string,
): boolean {
  if (blocker.rule === 'policy') return false
  const words = (splitWords(blocker.text) ?? []).map(({text}) => text)
  if (words.some((word, index) => word === '-j' && /^(?:NF)?QUEUE$/.test(words[index + 1] ?? ''))) return true
  const options = way === 'out' ? ['-d', '--destination', '--dst'] : ['-s', '--source', '--src']
  const side = way === 'out' ? 'dst' : 'src'
  return words.some((word, index) => {
    const negated = words[index - 1] === '!'
    if (negated) return false
    if (word === '--match-set')
      return (
        (words[index + 2]?.split(',').includes(side) ?? false) && !holdsPorts(sets, words[index + 1] ?? '')
      )
    if (!options.includes(word)) return false
    const denied = parseInterval(words[index + 1] ?? '')
    return denied !== null && to.some(destination => liesWithin(denied, parseInterval(destination)))
  })
}

/** Whether a set holds nothing but ports: a rule that names it is about no address. */
function holdsPorts(sets: string, name: string): boolean {
  return sets.split('\n').some(line => line.startsWith(`create ${name} bitmap:port `))
}
