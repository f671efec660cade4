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
  const readFacts = async () => (await linux()).readFirewallFacts(await state())
  const findKeeper = async () => (await linux()).readKeeper((await readFacts()).manager)
  let keeper = once(findKeeper)
  const names = new Map<string, Promise<Resolution>>()
  const unresolved: string[] = []
  const lookUp = async (name: string): Promise<Resolution> => {
    const {resolveHost} = await import('../platform/network/dns.ts')
    const resolution = await resolveHost(name, {timeoutMs, signal})
    if (resolution.kind === 'failed') unresolved.push(name)
    return resolution
  }
  return {
    host,
    privileges,
    firewallState: () => state(),
    firewallFacts: readFacts,
    firewallTools: tools,
    firewallKeeper: () => keeper(),
    uidOf: async user => (await import('../platform/linux/passwd.ts')).readUid(user),
    forgetFirewall() {
      state = once(readState)
      keeper = once(findKeeper)
      // The rules may have stopped lookups, too. Answers stay: the names of S3 have other addresses every time.
      for (const name of unresolved.splice(0)) names.delete(name)
    },
    resolve(name) {
      const known = names.get(name)
      if (known) return known
      const resolution = lookUp(name)
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
