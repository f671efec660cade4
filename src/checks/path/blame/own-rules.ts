import type {Judgement, Probe} from '../../../contract/judgement.ts'
import {canonicalDestination} from '../../../firewall/model/destination.ts'
import type {FirewallState} from '../../../firewall/state/state.ts'
import {thisProgram} from '../../../platform/process/self-command.ts'
import type {CheckContext} from '../../check.ts'
import {compiledFirewall, readingAdvice, unreadableRules} from '../../firewall/compiled.ts'
import {isLoopback} from './name-queries.ts'

/** What this host's own rules make of a connection that this very process has tried. */
export type OwnRules = {
  readonly judgement: Judgement
  /** Why nobody knows what they make of it, as a clause; null where the judgement is definite. */
  readonly undecided: string | null
  /** What the user does to have it decided, as the beginning of a sentence. */
  readonly advice: string
  /** Whether the rules were read and none of them hands packets to a queue. */
  readonly noQueues: boolean
}

/** Judges the rules for one connection, whatever the run's checks are. */
export async function judgeOwnRules({reader}: Pick<CheckContext, 'reader'>, probe: Probe): Promise<OwnRules> {
  const [state, privileges] = await Promise.all([reader.firewallState(), reader.privileges()])
  const judgement = compiledFirewall(state).judge(probe)
  const unreadable = unreadableRules(state, privileges)
  return {
    judgement,
    undecided: judgement.verdict === 'unknown' ? whyUndecided(judgement, unreadable) : null,
    advice: unreadable.length > 0 ? readingAdvice(state, privileges) : 'Check that rule',
    noQueues: unreadable.length === 0 && !mayQueue(state),
  }
}

/** As whom this process connects. */
export function thisProcess({platform}: FirewallState): Pick<Probe, 'uid' | 'gid' | 'program'> {
  if (platform === 'win32') return {program: thisProgram()}
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.()]
  return {uid, ...(gid === undefined ? {} : {gid: [gid, ...(process.getgroups?.() ?? [])]})}
}

/** Whether the address is one of this host's own. */
export function isOwnAddress({interfaces}: FirewallState, address: string): boolean {
  const target = canonicalDestination(address)
  const own = Object.values(interfaces).flat()
  return isLoopback(target) || own.some(cidr => canonicalDestination(cidr.replace(/\/.*/, '')) === target)
}

function whyUndecided({reason}: Judgement, unreadable: readonly string[]): string {
  if (unreadable.length > 0) return `the rules could not be read (${unreadable.join('; ')})`
  return `the rules do not decide it (${reason.replace(/\.$/, '')})`
}

/** In the words of iptables and nft; what only looks like it, in a comment, does no harm. */
function mayQueue(state: FirewallState): boolean {
  if (state.platform !== 'linux') return false
  const {nftText, iptablesLegacySave, ip6tablesLegacySave, iptablesNftSave, ip6tablesNftSave} = state
  return (
    /\bqueue\b|NFQUEUE/.test(nftText ?? '') ||
    [iptablesLegacySave, ip6tablesLegacySave, iptablesNftSave, ip6tablesNftSave].some(save =>
      / -j NFQUEUE\b/.test(save ?? ''),
    )
  )
}
