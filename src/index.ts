/**
 * The programmatic interface: read a host's firewall, judge it anywhere, and print what AWS DRS needs of a network.
 *
 * @example
 * import {compileFirewall, readFirewallState} from 'drs-onboard'
 * const judgement = compileFirewall(await readFirewallState()).judge({to: '52.95.110.1', port: 443})
 */
export type {Answer, Blocker, Judgement, Part, Probe, Stage, Verdict} from './contract/judgement.ts'
export {compileChecked as compileFirewall, InvalidInputError} from './firewall/checked-compile.ts'
export type {CompiledFirewall} from './firewall/compile.ts'
export {type FirewallState, firewallState} from './firewall/state/state.ts'
export {readFirewallState} from './platform/platform.ts'
