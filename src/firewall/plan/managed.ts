import {csfInstruction, shorewallInstruction} from './by-hand.ts'
import {discoveryAdvice} from './discovery-advice.ts'
import {describeBlocker, type Obstacle, type Proposal} from './engine-planner.ts'
import {firewalldProposals} from './firewalld.ts'
import {isDirect} from './firewalld-direct.ts'
import {ownerOf, tableOwner} from './owners.ts'
import {ufwProposals} from './ufw.ts'

/**
 * What may get the connection past a rule that a manager has made, through that manager, best first; or why nothing is
 * offered, in one sentence. Null for a rule that no manager has made.
 */
export function managedProposals(obstacle: Obstacle): readonly Proposal[] | string | null {
  const {blocker, discovery} = obstacle
  const {engine} = blocker
  const manager = managerOf(obstacle)
  if (manager === null) return null
  // Only ufw's advice says what lets IPv6 itself through.
  if (manager === 'ufw')
    return engine === 'iptables-legacy' || engine === 'iptables-nft' ? ufwProposals(obstacle, engine) : null
  const proposals = proposalsOf(manager, obstacle)
  return discovery && typeof proposals === 'string' ? discoveryAdvice(discovery, manager) : proposals
}

function proposalsOf(manager: string, obstacle: Obstacle): readonly Proposal[] | string {
  const {blocker, need} = obstacle
  switch (manager) {
    case 'firewalld':
      return firewalldProposals(obstacle)
    case 'csf':
      return csfInstruction(obstacle)
    case 'shorewall':
      return shorewallInstruction(obstacle)
    default:
      return `It is ${describeBlocker(blocker)} that blocks, which ${manager} manages; allow TCP ${need.port} out in ${manager}, then check again.`
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
