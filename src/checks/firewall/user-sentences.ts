import type {Evidence} from '../../contract/finding.ts'
import type {Judgement, Verdict} from '../../contract/judgement.ts'
import {AGENT_USER} from '../../firewall/owner.ts'
import type {AgentUser, UserJudgements} from './users.ts'

/**
 * The reason of a judgement; where root and the agent's user fare differently, with who is meant and how the other
 * does.
 */
export function reasonFor({judgement, split}: UserJudgements, agent: AgentUser | null): string {
  if (split === null || agent === null) return judgement.reason
  const {whose, other} = split
  const [theirs, others] = whose === 'root' ? [ROOT, agentWords(agent)] : [agentWords(agent), ROOT]
  const [meant, rest] = [sentence(theirs, judgement), sentence(others, other)]
  const both = other.verdict === 'allow' ? `${rest}; but ${meant}` : `${meant}; and ${rest}`
  return both.replace(/^root/, 'Root')
}

const ROOT = 'root, which runs the installer,'

function agentWords(agent: AgentUser): string {
  const who = numbersOf(agent)
  const which = agent.exists ? who : `not created yet, so judged as ${who}, which no rule names`
  return `${AGENT_USER}, which runs the agent (${which}),`
}

function numbersOf({uid, groups, toldByGroup}: AgentUser): string {
  return toldByGroup ? `uid ${uid} with gid ${groups.join(', ')}` : `uid ${uid}`
}

const DOES: Readonly<Record<Verdict, string>> = {
  allow: 'is allowed',
  block: 'is blocked',
  unknown: 'may be blocked',
}

function sentence(who: string, {verdict, reason}: Judgement): string {
  const why = verdict === 'allow' ? '' : `: ${reason.replace(/\.$/, '')}`
  return `${who} ${DOES[verdict]}${why}`
}

/** Facts for the evidence: for whom the rules were judged, and what the other is told where that differs. */
export function userFacts({split}: UserJudgements, agent: AgentUser | null): Evidence {
  if (agent === null) return {}
  const theirs = `${AGENT_USER} (${agent.exists ? '' : 'not created yet; judged as '}${numbersOf(agent)})`
  const users = {judgedFor: ['root (uid 0)', theirs]}
  if (split === null) return users
  return {...users, judgementOf: split.whose === 'root' ? 'root' : AGENT_USER, otherJudgement: split.other}
}
