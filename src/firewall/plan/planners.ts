import type {Blocker} from '../../contract/judgement.ts'
import {describeBlocker, type EnginePlanner} from './engine-planner.ts'
import {iptablesPlanner} from './iptables.ts'

/** For an engine that is judged, but not edited. */
const byHand: EnginePlanner = ({blocker, need}) =>
  `It is ${describeBlocker(blocker)} that blocks, which this tool does not edit; allow TCP ${need.port} out directly before it, in the tool that owns it, then check again.`

/** One planner for each rule engine that may hold a blocker. */
export const PLANNERS: Readonly<Record<Blocker['engine'], EnginePlanner>> = {
  'iptables-legacy': iptablesPlanner('iptables-legacy'),
  'iptables-nft': iptablesPlanner('iptables-nft'),
  nft: byHand,
  windows: byHand,
}
