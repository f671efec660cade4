import {NO_PERSISTENCE} from '../../firewall/state/managers.ts'
import type {Platform} from '../platform.ts'

const firewall = () => import('./firewall/index.ts')

export const WINDOWS: Platform = {
  readHost: async () => (await import('./host.ts')).readWindowsHost(),
  readPrivileges: async () => (await import('./host.ts')).readWindowsPrivileges(),
  readFirewallState: async signal => (await firewall()).readFirewallState(signal),
  readFirewallFacts: async () => (await firewall()).FIREWALL_FACTS,
  readFirewallTools: async () => (await firewall()).readFirewallTools(),
  // Whatever Windows Firewall is told, it keeps.
  readPersistence: async () => ({...NO_PERSISTENCE, manager: 'windows-firewall'}),
  readProxySettings: async facts => (await import('./proxy-settings.ts')).proxySettings(facts?.proxies ?? []),
  isEc2Instance: async facts => facts?.isEc2 ?? false,
  readWindowsFacts: async signal => (await import('./facts.ts')).readWindowsFacts(signal),
}
