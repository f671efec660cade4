import type {HostFacts} from '../../contract/host.ts'
import {
  NEWEST_KERNEL,
  SUPPORTED_SYSTEMS,
  type SupportedSystem,
  type VersionRange,
} from './supported-systems.ts'

export type OsVerdict = {
  readonly verdict: 'supported' | 'unsupported' | 'unknown'
  readonly why: string
}

const unsupported = (why: string): OsVerdict => ({verdict: 'unsupported', why})
const unknown = (why: string): OsVerdict => ({verdict: 'unknown', why})

/**
 * Holds a Linux host against the dated table: what AWS is known not to support is unsupported, what the table does
 * not name or is newer than it is unknown. `today` is an ISO 8601 date.
 */
export function judgeLinux(host: HostFacts, today: string): OsVerdict {
  if (host.arch !== 'x86_64') {
    return unsupported(`the agent requires 64-bit x86, and this server is ${host.arch}`)
  }
  const system = SUPPORTED_SYSTEMS.find(({ids}) => ids.includes(host.osId))
  if (!system) return unknown(`AWS does not list ${describe(host)}`)
  if (system.excludedKernel?.pattern.test(host.kernel)) {
    return unsupported(`${system.excludedKernel.why}, such as ${host.kernel}`)
  }
  // Debian's testing and unstable carry no version.
  if (!host.osVersion) return unknown(`${host.os} does not report its version`)
  const oldest = system.unsupportedBefore
  if (oldest && compareVersions(host.osVersion, oldest) < 0) {
    return unsupported(`the agent supports ${system.name} ${oldest} and later, and this is ${host.osVersion}`)
  }
  const range = findRange(system, host.osVersion)
  if (!range) return unknown(`AWS does not list ${describe(host)}`)
  if (range.endsOn && today >= range.endsOn) {
    return unsupported(`AWS ended support for ${system.name} ${host.osVersion} on ${range.endsOn}`)
  }
  const newest = range.newestKernel ?? NEWEST_KERNEL
  if (compareVersions(majorMinor(host.kernel), newest) > 0) {
    return unknown(`AWS does not list kernel ${host.kernel} for ${describe(host)} (newest listed: ${newest})`)
  }
  if (range.note) return unknown(`${describe(host)} is ${range.note}`)
  return {verdict: 'supported', why: `${describe(host)} with kernel ${host.kernel} on ${host.arch}`}
}

function findRange(system: SupportedSystem, version: string): VersionRange | undefined {
  // A table entry such as "Debian 10" means every point release of it, so the version is compared to the depth that
  // the range's end has.
  return system.versions.find(
    ({from, to}) => compareVersions(version, from) >= 0 && compareVersions(cut(version, to), to) <= 0,
  )
}

function cut(version: string, like: string): string {
  return version.split('.').slice(0, like.split('.').length).join('.')
}

function majorMinor(kernel: string): string {
  return /^\d+(?:\.\d+)?/.exec(kernel)?.[0] ?? '0'
}

/** Compares dotted numbers part by part; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] || 0) - (right[at] || 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

function describe({os, osVersion}: HostFacts): string {
  return osVersion ? `${os} ${osVersion}` : os
}
