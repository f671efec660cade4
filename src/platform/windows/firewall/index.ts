import type {FirewallFacts} from '../../../contract/host.ts'

export {type CaptureSources, readFirewallState} from './capture.ts'
export {readFirewallTools} from './tools.ts'

/** There is one engine, and Windows keeps its rules itself. */
export const FIREWALL_FACTS: FirewallFacts = {
  manager: 'windows-firewall',
  engines: ['windows'],
  alsoWrittenBy: [],
}
