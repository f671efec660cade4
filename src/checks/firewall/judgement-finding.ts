import type {CauseCode} from '../../contract/cause-codes.ts'
import type {FirewallEvidence, SurroundingRule} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Judgement, Verdict} from '../../contract/judgement.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {blockCause} from '../../firewall/block-cause.ts'
import {AGENT_USER} from '../../firewall/model/socket-owner.ts'
import type {SlowProgram} from '../../platform/process/patient-command.ts'
import {CAPTURED, clause, disagreement} from '../disagreement.ts'
import {finding} from '../finding.ts'
import type {JudgedGroup} from './group.ts'
import type {Measured} from './try-blocked.ts'
import type {AgentUser, UserJudgements} from './users.ts'

/** What can be done about a block: remedies, or the reason why this tool offers none. */
export type Repair = {readonly remedies: readonly Remedy[]; readonly unfixable: string | null}

type Judged = {
  readonly check: 'firewall-443' | 'firewall-1500'
  /** What the targets are called together, where one finding is for all of them. */
  readonly title: string | null
  readonly group: JudgedGroup
  /** The user other than root for whom the rules were judged, too; null where the rules treat all users alike. */
  readonly agent: AgentUser | null
  readonly caveat: string | null
  /** What the rules make of the way that the traffic avoids by taking a proxy; empty without one. */
  readonly direct: readonly Judgement[]
  readonly repair: Repair
  /** What connections have shown against the judgement that rules block them. */
  readonly measured?: Measured | null
  /** The rule that decides, or may, in its chain; empty where there is none, or the chain is not listed. */
  readonly neighbours: readonly SurroundingRule[]
  /** Reasons why parts of the rules could not be read. */
  readonly unreadable: readonly string[]
  /** Programs that took long to answer, or did not. */
  readonly slow?: readonly SlowProgram[]
  /** What the user does about that, as the beginning of a sentence. */
  readonly readingAdvice: string
  readonly durationMs: number
}

const MAX_NAMES = 7

/** Turns what the judge says of a group of targets into a finding. Pure. */
export function judgementFinding(judged: Judged): Finding {
  const {check, title, group, agent, caveat, direct, repair, measured = null, neighbours} = judged
  const {unreadable, slow = [], readingAdvice, durationMs} = judged
  const {judgement} = group
  const [{port, proxy}] = group.targets
  const names = [...new Set(group.targets.map(({name}) => name))]
  const target = title ?? listed(names)
  const code = codeOf(judgement, unreadable)
  const evidence: FirewallEvidence = {
    judgement,
    ...(neighbours.length > 0 ? {neighbours} : {}),
    port,
    addresses: [...new Set(group.targets.map(({to}) => to))],
    ...(proxy === null ? {hosts: names} : {}),
    ...(proxy === null ? {} : {proxy, direct: direct.map(({verdict, reason}) => ({verdict, reason}))}),
    ...userFacts(group, agent),
    ...(caveat ? {caveat} : {}),
    ...(unreadable.length > 0 ? {unreadable} : {}),
    ...(slow.length > 0 ? {slowPrograms: slow} : {}),
  }
  const common = {target, durationMs, evidence}
  const suffix = caveat ? ` (${caveat})` : ''
  switch (judgement.verdict) {
    case 'allow':
      return finding(check, 'ok', {
        ...common,
        summary: `The host firewall allows TCP ${port} out and the replies in${suffix}.`,
        nextStep: judgement.warnings.length > 0 ? payloadWarning(judgement) : null,
        ...(judgement.warnings.length > 0 ? {status: 'warn' as const, owner: 'this-host' as const} : {}),
      })
    case 'unknown':
      return code === 'firewall.unreadable'
        ? finding(check, code, {
            ...common,
            summary: `The firewall rules could not be read: ${unreadable.join('; ')}${suffix}.`,
            nextStep: `${readingAdvice}; until then only the path checks show whether TCP ${port} gets out.`,
          })
        : finding(check, code, {
            ...common,
            summary: `${reasonFor(group, agent)}${suffix}`,
            nextStep: `Check this rule; the path checks measure whether TCP ${port} gets out.`,
          })
    case 'block':
      if (measured !== null) {
        return finding(check, 'firewall.unknown', {
          ...common,
          evidence: {...evidence, disagreement: disagreement(judgement, measured.how)},
          summary: `${clause(reasonFor(group, agent))}; but ${measured.how}: rules and kernel disagree, so no fix is offered${suffix}.`,
          nextStep: `${measured.kind === 'works' ? 'No change is needed for it' : `Look at the path checks, which show whether TCP ${port} is blocked elsewhere`}; report the disagreement as a bug, with ${CAPTURED()}.`,
        })
      }
      return finding(check, code, {
        ...common,
        summary: `${reasonFor(group, agent)}${suffix}`,
        nextStep: nextStepOf(repair),
        remedies: repair.remedies,
      })
  }
}

/** At most a few names; the evidence has all addresses. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ')
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown
}

function codeOf(judgement: Judgement, unreadable: readonly string[]): CauseCode {
  if (judgement.verdict === 'allow') return 'ok'
  if (judgement.verdict === 'unknown') {
    return unreadable.length > 0 ? 'firewall.unreadable' : 'firewall.unknown'
  }
  return blockCause(judgement)
}

export function nextStepOf({remedies, unfixable}: Repair): string {
  if (remedies.length === 0) return unfixable ?? 'Change this rule by hand, in the tool that manages it.'
  const disruptive = remedies.some(({risk}) => risk === 'disruptive')
  return disruptive
    ? `\`${ownCommandText('fix')}\` can override this rule. It looks intentional, so you will be asked separately.`
    : `\`${ownCommandText('fix')}\` shows the fix, applies it and verifies it. It can be undone.`
}

function payloadWarning({warnings}: Judgement): string {
  return `TCP passes, but TLS may hang because this rule inspects packet contents: ${warnings.join('; ')}`
}

/**
 * The reason of a judgement; where root and the agent's user fare differently, with who is meant and how the other
 * does.
 */
function reasonFor({judgement, split}: UserJudgements, agent: AgentUser | null): string {
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

type UserFacts = Pick<FirewallEvidence, 'judgedFor' | 'judgementOf' | 'otherJudgement'>

/** Facts for the evidence: for whom the rules were judged, and what the other is told where that differs. */
function userFacts({split}: UserJudgements, agent: AgentUser | null): UserFacts {
  if (agent === null) return {}
  const theirs = `${AGENT_USER} (${agent.exists ? '' : 'not created yet; judged as '}${numbersOf(agent)})`
  const users = {judgedFor: ['root (uid 0)', theirs]}
  if (split === null) return users
  return {...users, judgementOf: split.whose === 'root' ? 'root' : AGENT_USER, otherJudgement: split.other}
}
