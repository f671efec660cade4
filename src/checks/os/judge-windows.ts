import type {HostFacts} from '../../contract/host.ts'
import type {OsVerdict} from './judge-linux.ts'

/**
 * Holds a Windows host against the dated table, by version and build: editions have many names. What is older than the
 * table is unsupported, what it does not name is unknown.
 */
export function judgeWindows(host: HostFacts): OsVerdict {
  if (host.arch !== 'x86_64') {
    return {
      verdict: 'unsupported',
      why: `the agent requires 64-bit x86, and this server is ${host.arch}`,
    }
  }
  const [major = 0, minor = 0, build = 0] = host.osVersion.split('.').map(Number)
  if (major < OLDEST_MAJOR) {
    return {
      verdict: 'unsupported',
      why: `the agent supports Windows Server 2008 and later, and this is ${name(host)}`,
    }
  }
  const server = /server/i.test(host.os)
  const system = WINDOWS_SYSTEMS.find(
    known =>
      known.server === server &&
      known.version === `${major}.${minor}` &&
      (known.builds === undefined || (known.builds[0] <= build && build <= known.builds[1])),
  )
  if (!system) return {verdict: 'unknown', why: `AWS does not list ${name(host)}`}
  return {verdict: 'supported', why: `${system.name} (${host.osVersion}) on ${host.arch}`}
}

const OLDEST_MAJOR = 6

const name = ({os, osVersion}: HostFacts) => `${os} (${osVersion})`

/**
 * Versions of Windows that the AWS Replication Agent supports, as dated data.
 * Source: AWS DRS User Guide, "Supported operating systems" (Windows), August 2026.
 */
export const WINDOWS_SUPPORT_SOURCE =
  'https://docs.aws.amazon.com/drs/latest/userguide/Supported-Operating-Systems-Windows.html'

export type WindowsSystem = {
  readonly name: string
  readonly server: boolean
  /** `major.minor` of the versions below 10.0; else the builds, both ends included. */
  readonly version: string
  readonly builds?: readonly [first: number, last: number]
}

/**
 * Builds of client and server releases: Microsoft Learn, "Windows Server release information", "Windows 10 release
 * information".
 */
const WINDOWS_SYSTEMS: readonly WindowsSystem[] = [
  {name: 'Windows Server 2025', server: true, version: '10.0', builds: [26100, 26100]},
  {name: 'Windows Server 2022', server: true, version: '10.0', builds: [20348, 20348]},
  {name: 'Windows Server 2019', server: true, version: '10.0', builds: [17763, 17763]},
  {name: 'Windows Server 2016', server: true, version: '10.0', builds: [14393, 14393]},
  {name: 'Windows Server 2012 R2', server: true, version: '6.3'},
  {name: 'Windows Server 2012', server: true, version: '6.2'},
  {name: 'Windows Server 2008 R2', server: true, version: '6.1'},
  {name: 'Windows Server 2008', server: true, version: '6.0'},
  {name: 'Windows 10', server: false, version: '10.0', builds: [10240, 19999]},
  {name: 'Windows 7', server: false, version: '6.1'},
]
