import type {Judgement, Probe} from '../../contract/judgement.ts'
import type {CompiledFirewall} from '../../firewall/compile.ts'
import {isSameAnswer} from './same-answer.ts'

/**
 * The user as whom AWS's agent runs. The installer, which runs as root, makes it. Source: AWS DRS User Guide,
 * "Installing the AWS Replication Agent on Linux servers".
 */
export const AGENT_USER = 'aws-replication'

export type AgentUser = {
  readonly uid: number
  /** Whether the user is there already; else the uid stands for one that no rule names. */
  readonly exists: boolean
}

/** The lowest uid of users that people make. Source: login.defs(5), UID_MIN. */
const FIRST_UID = 1000

/** For whom the rules are to be judged besides root; null where they treat all users alike. */
export async function agentUser(
  firewall: CompiledFirewall,
  uidOf: (user: string) => Promise<number | null>,
): Promise<AgentUser | null> {
  const {tellApart, named} = firewall.ownerRules()
  if (!tellApart) return null
  const known = await uidOf(AGENT_USER)
  if (known !== null) return {uid: known, exists: true}
  let uid = FIRST_UID
  while (named.has(uid)) uid++
  return {uid, exists: false}
}

/** What the rules make of one connection. */
export type UserJudgements = {
  /** The worse of two that differ; root's where they are as bad. */
  readonly judgement: Judgement
  /** Null where root and the agent's user fare alike. */
  readonly split: Split | null
}

export type Split = {
  /** Whose the judgement is. */
  readonly whose: 'root' | 'agent'
  /** What the other of the two is told. */
  readonly other: Judgement
}

/** Judges a connection by root, which installs the agent, and by the user as whom it then runs. */
export function judgeUsers(
  firewall: CompiledFirewall,
  probe: Omit<Probe, 'uid'>,
  agent: AgentUser | null,
): UserJudgements {
  const root = firewall.judge({...probe, uid: 0})
  if (agent === null) return {judgement: root, split: null}
  const theirs = firewall.judge({...probe, uid: agent.uid})
  if (isSameAnswer(root, theirs)) return {judgement: root, split: null}
  return BADNESS[theirs.verdict] > BADNESS[root.verdict]
    ? {judgement: theirs, split: {whose: 'agent', other: root}}
    : {judgement: root, split: {whose: 'root', other: theirs}}
}

const BADNESS = {block: 2, unknown: 1, allow: 0} as const
