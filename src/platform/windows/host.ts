import {hostname, machine, release, userInfo, version} from 'node:os'
import type {HostFacts, Privileges} from '../../contract/host.ts'
import {ownAddresses} from '../network/own-addresses.ts'
import {type RunCommand, runCommand, succeeded} from '../process/command.ts'
import {CONSOLE_QUESTION_MS} from './time-limits.ts'

/** What Node reports about a Windows host, for tests. */
export type HostSources = {readonly release: string; readonly version: string; readonly machine: string}

/**
 * Reads who this Windows host is. `osVersion` is `major.minor.build`; the name carries the edition, `Windows Server
 * 2022 Standard`. The registry calls Windows 11 "Windows 10" (its build tells), and some editions begin with
 * "Microsoft".
 */
export function readWindowsHost(
  sources: HostSources = {release: release(), version: version(), machine: machine()},
): HostFacts {
  const build = Number(sources.release.split('.')[2] ?? 0)
  const name = sources.version.replace(/^Microsoft /, '')
  const isClient = !/server/i.test(name)
  return {
    hostname: hostname(),
    platform: 'win32',
    osId: 'windows',
    os:
      isClient && build >= FIRST_WINDOWS_11 ? name.replace(/^Windows 10\b/, 'Windows 11') : name || 'Windows',
    osVersion: sources.release,
    kernel: sources.release,
    arch: /^(amd64|x64)$/i.test(sources.machine) ? 'x86_64' : sources.machine,
    addresses: ownAddresses(new Set()),
  }
}

const FIRST_WINDOWS_11 = 22000

/** The hive of the account LocalService: only an elevated token may open it. */
const ELEVATED_ONLY = 'HKU\\S-1-5-19'

/** Whether this process has an elevated token, which changing the firewall takes. Reading the rules takes none. */
export async function readWindowsPrivileges(run: RunCommand = runCommand): Promise<Privileges> {
  const elevated = succeeded(await run(['reg.exe', 'query', ELEVATED_ONLY], {timeoutMs: CONSOLE_QUESTION_MS}))
  return {elevated, user: userName(), sudoInstalled: false}
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USERNAME ?? 'this user'
  }
}
