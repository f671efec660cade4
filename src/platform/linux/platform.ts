import type {Platform} from '../platform.ts'
import {patientCommand} from '../process/patient-command.ts'
import {readCommand} from '../process/read-command.ts'
import {withoutShortage} from '../process/shortage.ts'

const firewall = () => import('./firewall/index.ts')

export const LINUX: Platform = {
  readHost: async () => (await import('./host.ts')).readLinuxHost(),
  readPrivileges: async () => (await import('./privileges.ts')).readLinuxPrivileges(),
  readFirewallState: (signal, slow) =>
    withoutShortage(async () => (await firewall()).readFirewallState(signal, slow ? {slow} : {})),
  async readFirewallFacts(state) {
    if (state.platform !== 'linux') throw new Error('the state was captured on another platform')
    return withoutShortage(async () => (await firewall()).readFirewallFacts(state))
  },
  readFirewallTools: async slow => {
    const {readFirewallTools} = await firewall()
    return readFirewallTools(patientCommand(readCommand, {slow}))
  },
  readPersistence: ({manager}, slow) =>
    withoutShortage(async () => (await firewall()).readPersistence(manager, slow ? {slow} : {})),
  readProxySettings: async () => (await import('./proxy-settings.ts')).readProxySettings(),
  isEc2Instance: async () => (await import('./host.ts')).isEc2Instance(),
  readWindowsFacts: async () => null,
}
