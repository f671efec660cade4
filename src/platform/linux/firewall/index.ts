export {type CaptureSources, readFirewallState} from './capture.ts'
export {readFirewallFacts} from './facts.ts'
export {readPersistence} from './managers.ts'
export {readFirewallTools} from './programs.ts'
