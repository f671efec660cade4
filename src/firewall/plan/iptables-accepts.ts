import type {IptablesEngine} from '../../contract/engines.ts'
import type {Remedy, Step} from '../../contract/remedy.ts'
import {type Family, formatAddress, parseInterval} from '../address.ts'
import {insertRule} from '../iptables/edit.ts'
import {SAVE_FIELDS} from '../iptables/save-fields.ts'
import {type AcceptRule, changeComment, ruleArguments, ruleText, statesFor} from './accept-rule.ts'
import type {Lasting, Need, Obstacle, Proposal} from './engine-planner.ts'
import {readTable, type Table} from './iptables-chains.ts'
import type {AddedRule} from './lasting-iptables.ts'
import {ownerOf} from './owners.ts'
import type {Place} from './places.ts'
import {forbidsOnPurpose} from './risk.ts'
import type {RuleFiles} from './rule-files.ts'

/** More places than any real rule set offers; each costs one judgement. */
const MAX_PLACES = 12

/** Seconds that iptables waits for another program that is changing the rules. */
const LOCK_WAIT = '5'

/** The blocker's table, and what writes to it. */
export type EditableTable = {
  readonly engine: IptablesEngine
  readonly family: 'ip' | 'ip6'
  readonly program: string
  readonly saveText: string
  readonly table: Table
}

/** @returns null where the table cannot be edited: no program is there for it, or it shows no such table or chain */
export function editableTable(
  {blocker, state, tools}: Obstacle,
  engine: IptablesEngine,
): EditableTable | null {
  const family = blocker.family === 'ip6' ? 'ip6' : 'ip'
  const program = tools[engine][family]
  const saveText = state[SAVE_FIELDS[engine][family]]
  const table = saveText === null ? null : readTable(saveText, blocker.table)
  if (program === null || saveText === null || !table?.has(blocker.chain)) return null
  return {engine, family, program, saveText, table}
}

/** An accept by `iptables` at each place, in their order. */
export function acceptsAt(
  places: readonly Place[],
  {engine, family, program, saveText, table}: EditableTable,
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
            {engine, family, table: blocker.table, place, saveText, text, comment, words, step},
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
  const isolates = ownerOf(blocker.chain, state, false)?.isolates === true
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
