import type {Platform} from '../platform.ts'

const firewall = () => import('./firewall/index.ts')

export const LINUX: Platform = {
  readHost: async () => (await import('./host.ts')).readLinuxHost(),
  readPrivileges: async () => (await import('./privileges.ts')).readLinuxPrivileges(),
  readFirewallState: async signal => (await firewall()).readFirewallState(signal),
  async readFirewallFacts(state) {
    if (state.platform !== 'linux') throw new Error('the state was captured on another platform')
    return (await firewall()).readFirewallFacts(state)
  },
  readFirewallTools: async () => (await firewall()).readFirewallTools(),
  readKeeper: async ({manager}) => (await firewall()).readKeeper(manager),
  readProxySettings: async () => (await import('./proxy-settings/read.ts')).readProxySettings(),
  isEc2Instance: async () => (await import('./ec2.ts')).isEc2Instance(),
  readWindowsFacts: async () => null,
}
