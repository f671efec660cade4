import type {OsEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {HostFacts} from '../../contract/host.ts'
import {redactProxy} from '../../platform/network/proxy/address.ts'
import type {WindowsFacts} from '../../platform/windows/windows-facts.ts'
import type {Check} from '../check.ts'
import {finding} from '../finding.ts'
import {judgeLinux, type OsVerdict} from './judge-linux.ts'
import {SUPPORT_DATA_DATE, SUPPORT_DATA_SOURCE} from './supported-systems.ts'

export const os: Check = {
  id: 'os',
  needs: [],
  needsRegion: false,
  timeoutMs: () => 15_000,
  async run({reader}) {
    const [host, windows] = await Promise.all([reader.host(), reader.windowsFacts?.() ?? null])
    if (host.platform === 'linux') return [toFinding(host, judgeLinux(host, today()), SUPPORT_DATA_SOURCE)]
    const {judgeWindows} = await import('./judge-windows.ts')
    const {WINDOWS_SUPPORT_SOURCE} = await import('./judge-windows.ts')
    return [withWindowsFacts(toFinding(host, judgeWindows(host), WINDOWS_SUPPORT_SOURCE), windows)]
  },
}

const today = () => new Date().toISOString().slice(0, 10)

/** Without TLS 1.2 the installer cannot download anything, though this tool, which brings its own TLS, can. */
function withWindowsFacts(found: Finding, windows: WindowsFacts | null): Finding {
  if (windows === null) return found
  const proxies = windows.proxies.map(
    ({source, proxy, isScript}) => `${source}: ${isScript ? 'script ' : ''}${redactProxy(proxy)}`,
  )
  const evidence = {...found.evidence, tls12: windows.tls12, ...(proxies.length > 0 ? {proxies} : {})}
  if (found.status !== 'pass' || windows.tls12 !== 'off') return {...found, evidence}
  return {
    ...found,
    status: 'warn',
    owner: 'this-host',
    summary: `${found.summary} But TLS 1.2 is disabled in Windows' own TLS (SCHANNEL), which the AWS Replication Installer uses.`,
    nextStep:
      'Set Enabled=1 and DisabledByDefault=0 in the registry key SCHANNEL\\Protocols\\TLS 1.2\\Client, or fix the policy that overrides them, and restart the server before you install.',
    evidence,
  }
}

function toFinding(host: HostFacts, {verdict, why}: OsVerdict, source: string) {
  const evidence: OsEvidence = {
    os: host.os,
    osVersion: host.osVersion,
    kernel: host.kernel,
    arch: host.arch,
    tableDate: SUPPORT_DATA_DATE,
    source,
  }
  if (verdict === 'supported') return finding('os', 'ok', {summary: `The agent supports ${why}.`, evidence})
  if (verdict === 'unsupported') {
    return finding('os', 'os.unsupported', {
      summary: `The agent does not support this server: ${why}.`,
      nextStep: `Do not install the agent here. Move to a supported system: ${source}`,
      evidence,
    })
  }
  return finding('os', 'os.unknown', {
    summary: `${why}. The agent may not support it (list as of ${SUPPORT_DATA_DATE}).`,
    nextStep: `Check the list of supported systems before you install: ${source}`,
    evidence,
  })
}
