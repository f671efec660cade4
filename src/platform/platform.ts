import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Keeper} from '../firewall/keeper.ts'
import type {FirewallState} from '../firewall/state.ts'
import type {FirewallTools} from '../firewall/tools.ts'
import type {ProxySetting} from './network/proxy-setting.ts'
import type {SlowPrograms} from './patient-command.ts'
import type {WindowsFacts} from './windows/windows-facts.ts'

/** What an operating system is asked for. Each part loads its own modules, when it is asked. */
export type Platform = {
  readHost(): Promise<HostFacts>
  readPrivileges(): Promise<Privileges>
  /** `slow` is called with programs that take long; also below. */
  readFirewallState(signal?: AbortSignal, slow?: SlowPrograms): Promise<FirewallState>
  readFirewallFacts(state: FirewallState): Promise<FirewallFacts>
  readFirewallTools(slow?: SlowPrograms): Promise<FirewallTools>
  readKeeper(facts: FirewallFacts, slow?: SlowPrograms): Promise<Omit<Keeper, 'mayAddUnit'>>
  /** Proxies that are configured for other programs than this one; on Windows they are among its facts. */
  readProxySettings(facts: WindowsFacts | null): Promise<readonly ProxySetting[]>
  /** Whether this host is an EC2 instance; on Windows that is among its facts. */
  isEc2Instance(facts: WindowsFacts | null): Promise<boolean>
  /** What only Windows has; null elsewhere. */
  readWindowsFacts(signal?: AbortSignal): Promise<WindowsFacts | null>
}
