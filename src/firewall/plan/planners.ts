import type {Blocker} from '../../contract/judgement.ts'
import type {FirewallState} from '../state.ts'
import {describeBlocker, type EnginePlanner, type Obstacle, type Proposal} from './engine-planner.ts'
import {iptablesPlanner} from './iptables.ts'
import {windowsPlanner} from './windows.ts'

/** For an engine that is judged, but not edited. */
const byHand: EnginePlanner = ({blocker, need}) =>
  `It is ${describeBlocker(blocker)} that blocks, which this tool does not edit; allow TCP ${need.port} out directly before it, in the tool that owns it, then check again.`

/** One planner for each rule engine of Linux that may hold a blocker. */
const PLANNERS: Readonly<Record<Exclude<Blocker['engine'], 'windows'>, EnginePlanner>> = {
  'iptables-legacy': iptablesPlanner('iptables-legacy'),
  'iptables-nft': iptablesPlanner('iptables-nft'),
  nft: byHand,
}

/** What may get the connection past the obstacle, best first; or why this tool offers nothing, in one sentence. */
export function proposalsFor(obstacle: Obstacle<FirewallState>): readonly Proposal[] | string {
  const {state, blocker} = obstacle
  if (state.platform === 'win32') return windowsPlanner({...obstacle, state})
  return blocker.engine === 'windows' ? [] : PLANNERS[blocker.engine]({...obstacle, state})
}
