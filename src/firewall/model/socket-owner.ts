import type {Probe} from '../../contract/judgement.ts'
import type {LinuxFirewallState} from '../state/state.ts'
import type {Groups, SocketOwner} from './packet.ts'

/**
 * The user as whom AWS's agent runs. The installer, which runs as root, makes it. Source: AWS DRS User Guide,
 * "Installing the AWS Replication Agent on Linux servers".
 */
export const AGENT_USER = 'aws-replication'

/** The user of systemd-resolved. Source: its sysusers.d(5) file, systemd-resolve.conf. */
export const RESOLVER_USER = 'systemd-resolve'

/** The largest uid and gid: 4294967295 stands for "none". Source: chown(2), credentials(7). */
export const HIGHEST_ID = 4294967294

/** Whether it is the number of a user or a group. */
export function isId(id: unknown): boolean {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= HIGHEST_ID
}

/** Whose connection a probe is about: root's unless it names a user. */
export function ownerOf({uid = 0, gid}: Probe, {users = []}: LinuxFirewallState): SocketOwner {
  return {kind: 'process', uid, groups: gid === undefined ? groupsOf(uid, users) : exactly([gid].flat())}
}

function exactly([own, ...others]: readonly number[]): Groups {
  return {own: own ?? null, others, perhaps: []}
}

/**
 * The groups that a user's processes have. What systemd starts for a user, or su and sudo do, has all of them
 * (initgroups(3)); root's services have none but root's own.
 */
function groupsOf(uid: number, users: NonNullable<LinuxFirewallState['users']>): Groups {
  const user = users.find(one => one.uid === uid)
  if (!user) return {own: uid === 0 ? 0 : null, others: [], perhaps: null}
  const {gid: own, groups} = user
  return uid === 0 ? {own, others: [], perhaps: groups} : {own, others: groups, perhaps: []}
}
