import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Persistence} from '../firewall/state/managers.ts'
import type {FirewallState} from '../firewall/state/state.ts'
import type {FirewallTools} from '../firewall/state/tools.ts'
import type {ProxySetting} from './network/proxy/setting.ts'
import type {SlowPrograms} from './process/patient-command.ts'
import type {WindowsFacts} from './windows/windows-facts.ts'

/** What an operating system is asked for. Each part loads its own modules, when it is asked. */
export type Platform = {
  readHost(): Promise<HostFacts>
  readPrivileges(): Promise<Privileges>
  /** `slow` is called with programs that take long; also below. */
  readFirewallState(signal?: AbortSignal, slow?: SlowPrograms): Promise<FirewallState>
  readFirewallFacts(state: FirewallState): Promise<FirewallFacts>
  readFirewallTools(slow?: SlowPrograms): Promise<FirewallTools>
  readPersistence(facts: FirewallFacts, slow?: SlowPrograms): Promise<Omit<Persistence, 'mayAddUnit'>>
  /** Proxies that are configured for other programs than this one; on Windows they are among its facts. */
  readProxySettings(facts: WindowsFacts | null): Promise<readonly ProxySetting[]>
  /** Whether this host is an EC2 instance; on Windows that is among its facts. */
  isEc2Instance(facts: WindowsFacts | null): Promise<boolean>
  /** What only Windows has; null elsewhere. */
  readWindowsFacts(signal?: AbortSignal): Promise<WindowsFacts | null>
}

/** The operating system that this process runs on. */
export async function thisPlatform(): Promise<Platform> {
  return process.platform === 'win32'
    ? (await import('./windows/platform.ts')).WINDOWS
    : (await import('./linux/platform.ts')).LINUX
}

/**
 * Captures the firewall of the host that this process runs on. Reads only; what could not be read is named in the
 * state's `unreadable`, it never throws for it.
 *
 * @throws the system's error where this process may open no more files or start no more programs (EMFILE, EAGAIN, …)
 */
export async function readFirewallState(signal?: AbortSignal): Promise<FirewallState> {
  return (await thisPlatform()).readFirewallState(signal)
}
