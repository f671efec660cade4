import type {Remedy, Step} from '../../contract/remedy.ts'
import {type Family, formatAddress, parseInterval} from '../address.ts'
import {insertRule} from '../iptables/edit.ts'
import type {IptablesEngine} from '../tools.ts'
import {type AcceptRule, changeComment, ruleArguments, ruleText} from './accept-rule.ts'
import {
  describeBlocker,
  type EnginePlanner,
  type Need,
  type Obstacle,
  type Proposal,
} from './engine-planner.ts'
import {placesBefore, placesBeforePolicy, readTable, type Table} from './iptables-chains.ts'
import {lastingIptables} from './lasting-iptables.ts'
import {managerAdvice, ownerOf} from './owners.ts'
import type {Place} from './places.ts'
import {forbidsOnPurpose} from './risk.ts'

const SAVE_FIELDS = {
  'iptables-legacy': {ip: 'iptablesLegacySave', ip6: 'ip6tablesLegacySave'},
  'iptables-nft': {ip: 'iptablesNftSave', ip6: 'ip6tablesNftSave'},
} as const

/** More places than any real rule set offers; each costs one judgement. */
const MAX_PLACES = 12

/** Seconds that iptables waits for another program that is changing the rules. */
const LOCK_WAIT = '5'

/**
 * Plans for what iptables holds, with either backend: an ACCEPT directly before the rule that blocks, or before the
 * jump into the chain where it stands; for a policy, at the end of its chain.
 */
export function iptablesPlanner(engine: IptablesEngine): EnginePlanner {
  return obstacle => {
    const {blocker, state, stage, tools, need, keeper} = obstacle
    const owner = ownerOf(blocker.chain, state, blocker.rule === 'policy')
    if (owner?.kind === 'manager') {
      const advice = managerAdvice(owner.name, need.port, need.destination)
      return `It is ${describeBlocker(blocker)} that blocks, which ${owner.name} manages and this tool does not edit; ${advice}, then check again.`
    }
    const family = blocker.family === 'ip6' ? 'ip6' : 'ip'
    const program = tools[engine][family]
    if (program === null)
      return `It is ${describeBlocker(blocker)} that blocks, and no program that edits ${engine} is installed; install it, then check again.`
    const field = SAVE_FIELDS[engine][family]
    const saveText = state[field]
    const table = saveText === null ? null : readTable(saveText, blocker.table)
    if (saveText === null || !table?.has(blocker.chain)) {
      return `It is ${describeBlocker(blocker)} that blocks, in a table that ${program} cannot edit; allow TCP ${need.port} there with \`nft\`, then check again.`
    }
    const places =
      typeof blocker.rule === 'number'
        ? placesBefore(
            table,
            blocker.chain,
            blocker.rule,
            stage,
            chain => ownerOf(chain, state, false) !== null,
          )
        : placesBeforePolicy(table, blocker.chain)
    const risk = riskOf(obstacle)
    return places.slice(0, MAX_PLACES).flatMap(place =>
      rulesFor(obstacle).map((rule): Proposal => {
        const number = place.number === 'end' ? sizeOf(table, place.chain) + 1 : place.number
        const changed = insertRule(
          saveText,
          blocker.table,
          place.chain,
          number,
          ruleText(rule, 'drs-onboard:'),
        )
        return {
          state: {...state, [field]: changed},
          risk,
          step: (label, index) => stepOf(program, blocker.table, place, rule, changeComment(label, index)),
          lasting: (label, index, files) => {
            const comment = changeComment(label, index)
            const step = stepOf(program, blocker.table, place, rule, comment)
            const text = ruleText(rule, comment)
            const {table} = blocker
            return lastingIptables(
              {engine, family, table, place, saveText, text, comment, step},
              keeper,
              files,
            )
          },
        }
      }),
    )
  }
}

function sizeOf(table: Table, chain: string): number {
  return table.get(chain)?.length ?? 0
}

function rulesFor({stage, blocker, need}: Obstacle): readonly AcceptRule[] {
  const peer = peerOf(need, blocker.family === 'ip6' ? 6 : 4)
  const common = {port: need.port, peer}
  if (stage === 'out-syn' || stage === 'out-data') return [{...common, way: 'out', state: 'any'}]
  // The raw table comes before connection tracking.
  const states =
    blocker.table === 'raw' ? (['no-opening'] as const) : (['established', 'no-opening'] as const)
  return states.map(state => ({...common, way: 'in', state}))
}

/** The destination as `iptables-save` prints it; null for any, also where it is of the other address family. */
function peerOf({destination}: Need, family: Family): string | null {
  const interval = destination === null ? null : parseInterval(destination)
  if (interval === null || interval.family !== family) return null
  const bits = family === 4 ? 32 : 128
  const size = BigInt(interval.hi) - BigInt(interval.lo) + 1n
  const length = bits - (size.toString(2).length - 1)
  return length === 0 ? null : `${formatAddress(family, interval.lo)}/${length}`
}

function riskOf({blocker, stage, need}: Obstacle): Remedy['risk'] {
  const early = blocker.table === 'raw' || blocker.table === 'security'
  const way = stage === 'out-syn' || stage === 'out-data' ? 'out' : 'in'
  return early || forbidsOnPurpose(blocker, way, need.to) ? 'disruptive' : 'additive'
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
  const what = rule.way === 'out' ? `TCP ${rule.port} out` : `replies from TCP ${rule.port}`
  const where = number === 'end' ? `at the end of ${chain}` : `before rule ${number} of ${chain}`
  return {
    title: `Accept ${what}${rule.peer === null ? '' : ` ${rule.way === 'out' ? 'to' : 'of'} ${rule.peer}`} ${where} (table ${table}, ${program})`,
    do:
      number === 'end' ? [...start, '-A', chain, ...spec] : [...start, '-I', chain, String(number), ...spec],
    undo: [...start, '-D', chain, ...spec],
    alreadyDone: [...start, '-C', chain, ...spec],
    persists: false,
  }
}
