import type {Blocker, Judgement, Probe} from '../../contract/judgement.ts'
import type {CompiledFirewall, Firewall} from '../../firewall/compile.ts'
import type {Transport} from '../../firewall/model/protocol.ts'
import {AGENT_USER, RESOLVER_USER} from '../../firewall/model/socket-owner.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import {isSameAnswer} from './same-answer.ts'

export type AgentUser = {
  readonly uid: number
  /** Its own group first. */
  readonly groups: readonly number[]
  /** Whether any rule asks for a group. */
  readonly toldByGroup: boolean
  /** Whether the user is there already; else uid and group stand for some that no rule names. */
  readonly exists: boolean
}

/** The lowest uid and gid of users that people make. Source: login.defs(5), UID_MIN and GID_MIN. */
const FIRST_ID = 1000

/** For whom the rules are to be judged besides root; null where they treat all users alike. */
export function agentUser(
  firewall: CompiledFirewall,
  state: FirewallState,
  protocol: Transport = 'tcp',
): AgentUser | null {
  const {tellApart, toldByGroup, named, namedGroups} = firewall.ownerRules(protocol)
  if (!tellApart || state.platform !== 'linux') return null
  const known = state.users?.find(({name}) => name === AGENT_USER)
  if (known) return {uid: known.uid, groups: [known.gid, ...known.groups], toldByGroup, exists: true}
  return {uid: firstNotIn(named), groups: [firstNotIn(namedGroups)], toldByGroup, exists: false}
}

/** As whom systemd-resolved asks name servers; null where that is not known and the rules tell users apart. */
export function resolverUser(
  firewall: CompiledFirewall,
  state: FirewallState,
  protocol: Transport,
): Pick<Probe, 'uid' | 'gid'> | null {
  const known = state.platform === 'linux' && state.users?.find(({name}) => name === RESOLVER_USER)
  if (known) return {uid: known.uid, gid: [known.gid, ...known.groups]}
  return firewall.ownerRules(protocol).tellApart ? null : {}
}

function firstNotIn(named: ReadonlySet<number>): number {
  let id = FIRST_ID
  while (named.has(id)) id++
  return id
}

/** What the rules make of one connection. */
export type UserJudgements = {
  /** The worse of two that differ; root's where they are as bad. */
  readonly judgement: Judgement
  /** The rules on which it depends where it is unknown. */
  readonly doubtful: readonly Blocker[]
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
  firewall: Firewall,
  probe: Omit<Probe, 'uid' | 'gid'>,
  agent: AgentUser | null,
): UserJudgements {
  const {told: root, doubtful} = firewall.examine({...probe, uid: 0})
  if (agent === null) return {judgement: root, doubtful, split: null}
  const theirs = firewall.examine({...probe, uid: agent.uid, gid: agent.groups})
  if (isSameAnswer(root, theirs.told)) return {judgement: root, doubtful, split: null}
  return BADNESS[theirs.told.verdict] > BADNESS[root.verdict]
    ? {judgement: theirs.told, doubtful: theirs.doubtful, split: {whose: 'agent', other: root}}
    : {judgement: root, doubtful, split: {whose: 'root', other: theirs.told}}
}

const BADNESS = {block: 2, unknown: 1, allow: 0} as const
