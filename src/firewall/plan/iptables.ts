import type {IptablesEngine} from '../../contract/engines.ts'
import {describeBlocker, type EnginePlanner, portOf} from './engine-planner.ts'
import {acceptsAt, editableTable} from './iptables-accepts.ts'
import {placesBefore, placesBeforePolicy} from './iptables-chains.ts'
import {lastingIptables} from './lasting-iptables.ts'
import {ownerOf} from './owners.ts'

/**
 * Plans for what iptables holds, with either backend: an ACCEPT directly before the rule that blocks, or before the
 * jump into the chain where it is; for a policy, at the end of its chain.
 */
export function iptablesPlanner(engine: IptablesEngine): EnginePlanner {
  return obstacle => {
    const {blocker, state, stage, tools, keeper} = obstacle
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
            chain => ownerOf(chain, state, false) !== null,
          )
        : placesBeforePolicy(table, blocker.chain)
    return acceptsAt(places, editable, obstacle, (added, files) => lastingIptables(added, keeper, files))
  }
}
