import type {Keeper} from '../keeper.ts'
import {withOpenPolicies} from '../nft/open-policies.ts'
import {withoutNftTable} from '../nft/remove-table.ts'
import type {LinuxFirewallState} from '../state.ts'
import {describeBlocker, type Obstacle, type Proposal, portOf} from './engine-planner.ts'
import {directAccepts, isDirect} from './firewalld-direct.ts'
import {policyAccepts, policyOf} from './firewalld-policy.ts'

/**
 * Plans for what firewalld makes, in its own words: a rich rule in the policy that stops the packet, a direct rule
 * before a direct rule that does, or the end of panic mode. Each is done to what runs and, once proved, to what is
 * written down; never by a reload, which would throw away what others have set for the moment.
 */
export function firewalldProposals(obstacle: Obstacle): readonly Proposal[] | string {
  const {blocker, keeper} = obstacle
  const {firewalld} = keeper
  const blocks = `Blocked by ${describeBlocker(blocker)}, which firewalld manages`
  if (firewalld === null) return `${blocks}, ${whySilent(keeper)}`
  if (firewalld.panic && isPanic(obstacle)) return [endOfPanic(obstacle)]
  const policy = policyOf(blocker.chain, firewalld)
  if (policy) return policyAccepts(obstacle, policy)
  if (isDirect(obstacle, firewalld)) return directAccepts(obstacle, firewalld)
  return `${blocks}, which comes before all rules of its policies for outbound traffic; allow ${portOf(obstacle)} there by hand, then check again.`
}

function whySilent({firewalldSilence = 'firewalld does not answer'}: Keeper): string {
  return firewalldSilence.startsWith('`')
    ? `which is slow to answer (${firewalldSilence}); check again when this server is less busy.`
    : `and ${firewalldSilence}; start it or see \`firewall-cmd --state\`, then check again.`
}

/** The nft backend has a table of its own for panic mode; the iptables backend makes all policies DROP. */
const PANIC_TABLE = 'firewalld_policy_drop'

function isPanic({blocker}: Obstacle): boolean {
  return blocker.table === PANIC_TABLE || (blocker.engine !== 'nft' && blocker.rule === 'policy')
}

/**
 * `alreadyDone` is null, as `--query-panic` ends with 1 when there is none. After a reboot there is none in any case.
 */
function endOfPanic({state}: Obstacle): Proposal {
  return {
    state: withoutPanic(state),
    risk: 'disruptive',
    step: () => ({
      title: "Turn off firewalld's panic mode, which also re-enables all other traffic that its rules allow",
      do: ['firewall-cmd', '--panic-off'],
      undo: ['firewall-cmd', '--panic-on'],
      alreadyDone: null,
      persists: false,
    }),
    lasting: () => [],
  }
}

function withoutPanic(state: LinuxFirewallState): LinuxFirewallState {
  const open = (save: string | null) =>
    save === null ? null : save.replace(/^(:[A-Z]+) DROP /gm, '$1 ACCEPT ')
  return {
    ...withoutNftTable(withOpenPolicies(state, ['ip', 'ip6', 'bridge']), 'inet', PANIC_TABLE),
    iptablesLegacySave: open(state.iptablesLegacySave),
    ip6tablesLegacySave: open(state.ip6tablesLegacySave),
    iptablesNftSave: open(state.iptablesNftSave),
    ip6tablesNftSave: open(state.ip6tablesNftSave),
  }
}
