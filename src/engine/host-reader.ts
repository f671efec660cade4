import type {HostReader} from '../checks/check.ts'
import type {Resolution} from '../platform/network/dns.ts'

/**
 * Reads facts about this host, each at most once however many checks ask; the rules are read again after
 * `forgetFirewall`. What belongs to the operating system is loaded only when it is asked for.
 */
export function createHostReader(timeoutMs: number, signal: AbortSignal): HostReader {
  const linux = () => import('../platform/linux/firewall/index.ts')
  const host = once(async () => (await import('../platform/linux/host.ts')).readLinuxHost())
  const privileges = once(async () => (await import('../platform/linux/privileges.ts')).readLinuxPrivileges())
  const tools = once(async () => (await linux()).readFirewallTools())
  const readState = async () => (await linux()).readFirewallState(signal)
  let state = once(readState)
  const names = new Map<string, Promise<Resolution>>()
  return {
    host,
    privileges,
    firewallState: () => state(),
    firewallFacts: async () => (await linux()).readFirewallFacts(await state()),
    firewallTools: tools,
    forgetFirewall() {
      state = once(readState)
    },
    resolve(name) {
      const known = names.get(name)
      if (known) return known
      const resolution = import('../platform/network/dns.ts').then(({resolveHost}) =>
        resolveHost(name, {timeoutMs, signal}),
      )
      names.set(name, resolution)
      return resolution
    },
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= read()
    return result
  }
}
