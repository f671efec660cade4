import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Keeper} from '../firewall/keeper.ts'
import type {FirewallState} from '../firewall/state.ts'
import type {FirewallTools} from '../firewall/tools.ts'
import type {ProxySetting} from './network/proxy-setting.ts'

/** What an operating system is asked for. Each part loads its own modules, when it is asked. */
export type Platform = {
  readHost(): Promise<HostFacts>
  readPrivileges(): Promise<Privileges>
  readFirewallState(signal?: AbortSignal): Promise<FirewallState>
  readFirewallFacts(state: FirewallState): Promise<FirewallFacts>
  readFirewallTools(): Promise<FirewallTools>
  readKeeper(facts: FirewallFacts): Promise<Omit<Keeper, 'mayAddUnit'>>
  /** The uid of a local user; null where there is none. */
  readUid(user: string): Promise<number | null>
  /** Proxies that are configured for other programs than this one; on Windows they are among its facts. */
  readProxySettings(facts: WindowsFacts | null): Promise<readonly ProxySetting[]>
  /** Whether this host is an EC2 instance; on Windows that is among its facts. */
  isEc2Instance(facts: WindowsFacts | null): Promise<boolean>
  /** What only Windows has; null elsewhere. */
  readWindowsFacts(signal?: AbortSignal): Promise<WindowsFacts | null>
}

/** Facts of a Windows host that the agent's installer depends on. */
export type WindowsFacts = {
  /** Whether programs that use Windows' own TLS may speak TLS 1.2. `default`: nobody has set it, and so they may. */
  readonly tls12: 'on' | 'off' | 'default'
  readonly proxies: readonly ScopedProxy[]
  readonly isEc2: boolean
}

/** Where Windows keeps proxies: each program asks one of these, or none. */
export type ProxyScope = 'winhttp' | 'machine' | 'local-system' | 'user'

/** The proxy of a scope, in the form that the scope has it (`proxy.example:3128`, `http=a:1;https=b:2`, a URL). */
export type ScopedProxy = {
  readonly scope: ProxyScope
  /** What names it, as a part of a sentence. */
  readonly source: string
  readonly proxy: string
  /** `proxy` is where a proxy auto-configuration script is. */
  readonly isScript?: true
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
 */
export async function readFirewallState(signal?: AbortSignal): Promise<FirewallState> {
  return (await thisPlatform()).readFirewallState(signal)
}
