import {patientCommand} from '../patient-command.ts'
import type {Platform} from '../platform.ts'
import {readCommand} from '../read-command.ts'

const firewall = () => import('./firewall/index.ts')

export const LINUX: Platform = {
  readHost: async () => (await import('./host.ts')).readLinuxHost(),
  readPrivileges: async () => (await import('./privileges.ts')).readLinuxPrivileges(),
  readFirewallState: async (signal, slow) => (await firewall()).readFirewallState(signal, slow ? {slow} : {}),
  async readFirewallFacts(state) {
    if (state.platform !== 'linux') throw new Error('the state was captured on another platform')
    return (await firewall()).readFirewallFacts(state)
  },
  readFirewallTools: async slow => {
    const {readFirewallTools} = await firewall()
    return readFirewallTools(patientCommand(readCommand, {slow}))
  },
  readKeeper: async ({manager}, slow) => (await firewall()).readKeeper(manager, slow ? {slow} : {}),
  readProxySettings: async () => (await import('./proxy-settings/read.ts')).readProxySettings(),
  isEc2Instance: async () => (await import('./ec2.ts')).isEc2Instance(),
  readWindowsFacts: async () => null,
}
