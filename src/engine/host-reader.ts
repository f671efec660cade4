import type {HostReader} from '../checks/check.ts'
import {once} from '../lib/once.ts'
import type {Resolution} from '../platform/network/dns/resolve.ts'
import {thisPlatform} from '../platform/platform.ts'
import type {SlowProgram, SlowPrograms} from '../platform/process/patient-command.ts'

/**
 * Reads facts about this host, each at most once however many checks ask. What belongs to the operating system is loaded
 * only when it is asked for.
 */
export function createHostReader(timeoutMs: number, signal: AbortSignal): HostReader {
  const host = once(async () => (await thisPlatform()).readHost())
  const privileges = once(async () => (await thisPlatform()).readPrivileges())
  const {slow, watching, reading, isReading} = followReading()
  const tools = once(() => reading(async () => (await thisPlatform()).readFirewallTools(slow)))
  const windows = once(async () => (await thisPlatform()).readWindowsFacts(signal))
  const readState = () => reading(async () => (await thisPlatform()).readFirewallState(signal, slow))
  const names = new Map<string, Promise<Resolution>>()
  const unresolved: string[] = []
  const lookUp = async (name: string): Promise<Resolution> => {
    const {resolveHost} = await import('../platform/network/dns/resolve.ts')
    const resolution = await resolveHost(name, {timeoutMs, signal})
    if (resolution.kind === 'failed' || resolution.unansweredMs !== undefined) unresolved.push(name)
    return resolution
  }
  const resolve = (name: string): Promise<Resolution> => {
    const known = names.get(name)
    if (known) return known
    const resolution = lookUp(name)
    names.set(name, resolution)
    return resolution
  }
  /** The rules as they are from now on, and what else is known of this host. */
  const snapshot = (): HostReader => {
    const firewallState = once(readState)
    const firewallFacts = async () => (await thisPlatform()).readFirewallFacts(await firewallState())
    return {
      host,
      privileges,
      firewallState,
      firewallFacts,
      firewallTools: tools,
      firewallPersistence: once(() =>
        reading(async () => (await thisPlatform()).readPersistence(await firewallFacts(), slow)),
      ),
      proxySettings: async () => (await thisPlatform()).readProxySettings(await windows()),
      isEc2Instance: async () => (await thisPlatform()).isEc2Instance(await windows()),
      windowsFacts: windows,
      isReading,
      slowPrograms: watching.slowPrograms,
      onSlow: watching.onSlow,
      resolve,
      withRulesReadAgain() {
        watching.forget()
        // The rules may have stopped lookups, too. Answers stay: the names of S3 have other addresses every time.
        for (const name of unresolved.splice(0)) names.delete(name)
        return snapshot()
      },
    }
  }
  return snapshot()
}

/** Follows what is read by means of programs: whether it goes on, and which of them are slow. */
type FollowedReading = {
  /** To be told by what reads. */
  readonly slow: SlowPrograms
  readonly watching: Required<Pick<HostReader, 'slowPrograms' | 'onSlow'>> & {readonly forget: () => void}
  /** Runs one reading, which counts as going on until it has ended. */
  reading<T>(read: () => Promise<T>): Promise<T>
  isReading(): boolean
}

function followReading(): FollowedReading {
  const listeners = new Set<(program: string, seconds: number) => void>()
  let ended: SlowProgram[] = []
  let running = 0
  return {
    slow: {
      waiting(program, seconds) {
        for (const tell of listeners) tell(program, seconds)
      },
      ended(program) {
        ended.push(program)
      },
    },
    watching: {
      slowPrograms: () => ended,
      onSlow(tell) {
        listeners.add(tell)
        return () => {
          listeners.delete(tell)
        }
      },
      forget() {
        ended = []
      },
    },
    async reading(read) {
      running += 1
      try {
        return await read()
      } finally {
        running -= 1
      }
    },
    isReading: () => running > 0,
  }
}
