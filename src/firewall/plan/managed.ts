import {isIptables} from '../../contract/engines.ts'
import {csfInstruction, shorewallInstruction} from './by-hand.ts'
import {discoveryAdvice} from './discovery-advice.ts'
import {describeBlocker, type Obstacle, type Proposal, portOf} from './engine-planner.ts'
import {firewalldProposals} from './firewalld.ts'
import {isDirect} from './firewalld-direct.ts'
import {ownerOf, tableOwner} from './owners.ts'
import {ufwProposals} from './ufw.ts'

/**
 * What may get the connection past a rule that a manager has made, through that manager, best first; or why nothing is
 * offered, in one sentence. Null for a rule that no manager has made.
 */
export function managedProposals(obstacle: Obstacle): readonly Proposal[] | string | null {
  const {discovery, keeper} = obstacle
  const manager = managerOf(obstacle)
  const proposals = manager === null ? null : proposalsOf(manager, obstacle)
  // Where ufw is to let no IPv6 through at all, it says so itself.
  const isOwnAdvice = manager === 'ufw' && keeper.ufw?.ipv6 === false
  if (discovery && typeof proposals === 'string' && !isOwnAdvice) return discoveryAdvice(discovery, manager)
  return proposals
}

function proposalsOf(manager: string, obstacle: Obstacle): readonly Proposal[] | string | null {
  const {blocker} = obstacle
  const {engine} = blocker
  switch (manager) {
    case 'ufw':
      return isIptables(engine) ? ufwProposals(obstacle, engine) : null
    case 'firewalld':
      return firewalldProposals(obstacle)
    case 'csf':
      return csfInstruction(obstacle)
    case 'shorewall':
      return shorewallInstruction(obstacle)
    default:
      return `Blocked by ${describeBlocker(blocker)}, which ${manager} manages; allow ${portOf(obstacle)} out in ${manager}, then check again.`
  }
}

function managerOf(obstacle: Obstacle): string | null {
  const {blocker, state, keeper} = obstacle
  if (blocker.engine === 'nft') {
    const owner = tableOwner(blocker.table)
    return owner?.kind === 'manager' ? owner.name : null
  }
  const owner = ownerOf(blocker.chain, state, blocker.rule === 'policy')
  if (owner?.kind === 'manager') return owner.name
  return keeper.firewalld !== null && isDirect(obstacle, keeper.firewalld) ? 'firewalld' : null
}
