import type {Blocker} from '../../contract/judgement.ts'
import type {Save} from '../iptables/save.ts'
import {parsedFirewall} from '../parsed.ts'
import type {FirewallState} from '../state/state.ts'
import {
  describeBlocker,
  discoveryAdvice,
  type EnginePlanner,
  type Obstacle,
  type Proposal,
  portOf,
} from './engine-planner.ts'
import {readTable} from './iptables/chains.ts'
import {iptablesPlanner} from './iptables/planner.ts'
import {managedProposals} from './managers/managed.ts'
import {nftPlanner} from './nft/planner.ts'
import {windowsPlanner} from './windows/planner.ts'

const printedByIptables = iptablesPlanner('iptables-nft')

/** Where others have added rules that iptables does not know, only nft shows the table, and edits it. */
const iptablesNftPlanner: EnginePlanner = obstacle => {
  const {blocker, state} = obstacle
  const field = blocker.family === 'ip6' ? 'ip6tablesNftSave' : 'iptablesNftSave'
  const isPrinted =
    state.unreadable[field] === undefined && hasChain(parsedFirewall(state).save(field), blocker)
  return isPrinted ? printedByIptables(obstacle) : nftPlanner(obstacle)
}

/** The rules that this tool makes for Windows are for TCP. */
function windowsByHand(obstacle: Obstacle<FirewallState>): string {
  return `Blocked by ${describeBlocker(obstacle.blocker)}; allow outbound ${portOf(obstacle)} there, in the console of Windows Firewall or through the administrators of its policies, then check again.`
}

function hasChain(save: Save | null, {table, chain}: Blocker): boolean {
  return save !== null && (readTable(save, table)?.has(chain) ?? false)
}

/** One planner for each rule engine of Linux that may hold a blocker. */
const PLANNERS: Readonly<Record<Exclude<Blocker['engine'], 'windows'>, EnginePlanner>> = {
  'iptables-legacy': iptablesPlanner('iptables-legacy'),
  'iptables-nft': iptablesNftPlanner,
  'arptables-legacy': ({blocker}) => `${describeBlocker(blocker)}; change it by hand with arptables`,
  nft: nftPlanner,
}

/** What may get the connection past the obstacle, best first; or why this tool offers nothing, in one sentence. */
export function proposalsFor(obstacle: Obstacle<FirewallState>): readonly Proposal[] | string {
  const {state, blocker, discovery} = obstacle
  if (state.platform === 'win32')
    return obstacle.protocol === 'tcp' ? windowsPlanner({...obstacle, state}) : windowsByHand(obstacle)
  if (blocker.engine === 'windows') return []
  const linux = {...obstacle, state}
  const managed = managedProposals(linux)
  if (managed !== null) return managed
  const proposals = PLANNERS[blocker.engine](linux)
  const byHand = typeof proposals === 'string'
  return discovery && byHand ? discoveryAdvice(discovery, state.manager ?? null) : proposals
}
