import type {FirewallFacts} from '../../../contract/host.ts'
import {enginesWithRules} from '../../../firewall/engines.ts'
import type {LinuxFirewallState} from '../../../firewall/state.ts'
import type {FirewallTools} from '../../../firewall/tools.ts'
import {runCommand} from '../../command.ts'
import {captureFirewall} from './capture.ts'
import {findManager} from './manager.ts'
import {readFirewallTools as readTools} from './programs.ts'

/** Which program to run for each rule engine of this host. */
export function readFirewallTools(): Promise<FirewallTools> {
  return readTools(runCommand)
}

/**
 * Captures this host's firewall, read-only. What could not be read, for want of root or because a dump is broken, is
 * named in `unreadable`.
 *
 * @throws the signal's reason when aborted
 */
export async function readFirewallState(signal?: AbortSignal): Promise<LinuxFirewallState> {
  const state = await captureFirewall(await readFirewallTools(), runCommand, signal)
  const manager = await findManager(state)
  return manager === null ? state : {...state, manager}
}

/** Who owns the rules, and which engines hold any. */
export async function readFirewallFacts(state: LinuxFirewallState): Promise<FirewallFacts> {
  return {manager: await findManager(state), engines: enginesWithRules(state)}
}
