import type {HostFacts} from '../../contract/host.ts'
import type {OsVerdict} from './judge-os.ts'
import {WINDOWS_SYSTEMS} from './windows-systems.ts'

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
