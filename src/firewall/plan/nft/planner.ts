import {HANDLE} from '../../../contract/command-line.ts'
import type {Remedy, Step} from '../../../contract/remedy.ts'
import {EVERYTHING, formatInterval, parseInterval} from '../../model/address.ts'
import {PRIORITY} from '../../model/protocol.ts'
import type {NftChain, NftTable} from '../../nft/document.ts'
import {handleAt, insertNftRule, type NftPlace} from '../../nft/edit.ts'
import {parsedFirewall} from '../../parsed.ts'
import {changeComment, statesFor} from '../accept-rule.ts'
import {
  describeBlocker,
  type EnginePlanner,
  type Need,
  type Obstacle,
  type Proposal,
  portOf,
} from '../engine-planner.ts'
import {describeAccept} from '../iptables/planner.ts'
import {tableWriter, writerOf} from '../managers/owners.ts'
import type {Place} from '../places.ts'
import {hooksBefore, isShared, nftPlacesBefore, nftPlacesBeforePolicy, wayOf} from './chains.ts'
import {lastingNft} from './lasting.ts'
import {isGuarded, nftForbidsOnPurpose} from './risk.ts'
import {type NftAcceptRule, nftRule} from './rule.ts'

/** More places than any real rule set offers; each costs one judgement. */
const MAX_PLACES = 12

/**
 * Plans for tables of nf_tables that are the administrator's: an accept directly before the rule that blocks, or
 * before the jump into the chain where it is; for a policy, at the end of its chain.
 */
export const nftPlanner: EnginePlanner = obstacle => {
  const {blocker, state, stage, tools, need, persistence} = obstacle
  const blocks = `Blocked by ${describeBlocker(blocker)}`
  const owner = tableWriter(blocker.table)
  if (owner?.isolates)
    return `${blocks}, in a table of ${owner.name}: it isolates this server on purpose, so drs-onboard does not change it; ask the owner of ${owner.name} to allow ${portOf(obstacle)} to ${need.destination ?? need.to.join(', ')}, then check again.`
  if (owner)
    return `${blocks}, in a table that ${owner.name} rewrites at any time; allow ${portOf(obstacle)} to ${need.destination ?? need.to.join(', ')} in ${owner.name}, then check again.`
  const program = tools.nft
  if (program === null)
    return `${blocks}, and no program that edits nf_tables is installed; install nftables, then check again.`
  const document = parsedFirewall(state).nftables()
  const table =
    typeof document === 'string'
      ? undefined
      : document.tables.find(({family, name}) => family === blocker.family && name === blocker.table)
  const chain = table?.chains.find(({name}) => name === blocker.chain)
  if (!table || !chain)
    return `${blocks}, in a chain that cannot be read, so it cannot be edited; allow ${portOf(obstacle)} there with \`nft\`, then check again.`
  const places =
    typeof blocker.rule === 'number'
      ? nftPlacesBefore(
          table,
          chain.name,
          blocker.rule,
          stage,
          name => writerOf(name, state, false)?.kind === 'background',
        )
      : nftPlacesBeforePolicy(table, chain.name)
  const risk = riskOf(table, chain, obstacle)
  return places.slice(0, MAX_PLACES).flatMap(({chain: name, number}) => {
    const place: NftPlace = {family: table.family, table: table.name, chain: name, number}
    const handle = handleAt(state.nftJson, place)
    return rulesFor(table, name, obstacle).map((rule): Proposal => {
      const {text, statements} = nftRule(rule)
      const commented = (label: string, index: number) => `${text} ${commentOf(label, index)}`
      return {
        state: insertNftRule(state, place, {text: `${text} comment "drs-onboard:"`, statements}),
        // Somebody sends these connections elsewhere, and stops them there.
        risk: rule.original ? 'disruptive' : risk,
        adds: `${table.family} ${table.name} ${name} ${text}`,
        step: (label, index) =>
          stepOf(program, place, handle, rule, commented(label, index), commentOf(label, index)),
        lasting: (label, index, files) =>
          lastingNft(
            {program, table, place, persistence, files},
            commented(label, index),
            commentOf(label, index),
          ),
      }
    })
  })
}

function commentOf(label: string, index: number): string {
  return `comment "${changeComment(label, index)}"`
}

/** Those that go by what the connection was opened to come last: they serve where addresses are translated. */
function rulesFor(
  table: NftTable,
  chain: string,
  {stage, protocol, need, discovery}: Obstacle,
): readonly NftAcceptRule[] {
  if (discovery) {
    // No router forwards what has to come with the highest hop limit.
    const message = {way: discovery.way, icmpv6Type: discovery.icmpv6Type, ownOnly: false}
    return [{...message, protocol, port: need.port, peer: null, state: 'any'}]
  }
  const hooks = hooksBefore(table, chain, stage)
  // Nothing is known of connections at a device, nor before connection tracking.
  const early = hooks.some(
    ({name, priority}) =>
      name === 'ingress' || name === 'egress' || (priority !== null && priority < PRIORITY.conntrack),
  )
  const way = wayOf(stage)
  const common = {
    ...{way, protocol, port: need.port, peer: peerOf(need, table.family)},
    ownOnly: hooks.some(isShared),
  }
  const plain = statesFor(common, early).map(state => ({...common, state}))
  return early ? plain : [...plain, {...common, state: 'any', original: true}]
}

/** The destination as `nft list` prints it; null for any, also where no packet of its family comes by. */
function peerOf({destination}: Need, tableFamily: string): string | null {
  const interval = destination === null ? null : parseInterval(destination)
  if (interval === null) return null
  const {family, lo, hi} = interval
  if ((tableFamily === 'ip' && family === 6) || (tableFamily === 'ip6' && family === 4)) return null
  const {lo: least, hi: most} = EVERYTHING[family]
  return lo === least && hi === most ? null : formatInterval(family, interval)
}

function riskOf(table: NftTable, chain: NftChain, {blocker, stage, need, state}: Obstacle): Remedy['risk'] {
  if (hooksBefore(table, chain.name, stage).some(isGuarded)) return 'disruptive'
  if (writerOf(chain.name, state, false)?.isolates) return 'disruptive'
  const statements = typeof blocker.rule === 'number' ? chain.rules[blocker.rule - 1]?.statements : null
  return nftForbidsOnPurpose(statements ?? [], wayOf(stage), need.to) ? 'disruptive' : 'additive'
}

/**
 * A rule's number is taken where its handle is not known. The whole rule is one word, as nft joins its words before
 * it reads them, and its own quotes have to reach it.
 * Source: nft(8), Rules.
 */
function stepOf(
  program: string,
  {family, table, chain, number}: NftPlace,
  handle: number | null,
  rule: NftAcceptRule,
  text: string,
  mark: string,
): Step {
  const at = `${family} ${table} ${chain}`
  const before = handle === null ? `index ${Number(number) - 1}` : `position ${handle}`
  return {
    title: titleOf(rule, {chain, number}, `table ${family} ${table}`),
    do: [program, number === 'end' ? `add rule ${at} ${text}` : `insert rule ${at} ${before} ${text}`],
    undo: [program, 'delete', 'rule', family, table, chain, 'handle', HANDLE],
    alreadyDone: [program, '-a', 'list', 'chain', family, table, chain],
    mark,
    persists: false,
  }
}

function titleOf(rule: NftAcceptRule, {chain, number}: Place, table: string): string {
  const where = number === 'end' ? `at the end of ${chain}` : `before rule ${number} of ${chain}`
  return `Accept ${describeAccept(rule)} ${where} (${table}, nft)`
}
