export {type CaptureSources, readFirewallState} from './capture.ts'
export {readFirewallFacts} from './facts.ts'
export {readFirewallTools} from './programs.ts'
