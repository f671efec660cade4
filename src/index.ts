/**
 * The programmatic interface: read a host's firewall, judge it anywhere, and print what AWS DRS needs of a network.
 *
 * @example
 * import {compileFirewall, readFirewallState} from 'drs-onboard'
 * const judgement = compileFirewall(await readFirewallState()).judge({to: '52.95.110.1', port: 443})
 */
import {type FirewallState, firewallState as schema} from './firewall/state/state.ts'

export type {Answer, Blocker, Judgement, Part, Probe, Stage, Verdict} from './contract/judgement.ts'
export {compileChecked as compileFirewall, InvalidInputError} from './firewall/checked-compile.ts'
export type {CompiledFirewall} from './firewall/compile.ts'
export {readFirewallState} from './platform/platform.ts'
export type {FirewallState}

/** Validates a state that was captured elsewhere, such as the JSON that `drs-onboard capture` prints. */
export const firewallState: {
  /** @throws an error that says what is wrong, and where */
  parse(value: unknown): FirewallState
  safeParse(
    value: unknown,
  ): {readonly success: true; readonly data: FirewallState} | {readonly success: false; readonly error: Error}
} = schema
