import type {HostFacts} from '../../contract/host.ts'
import type {Check} from '../check.ts'
import {finding} from '../finding.ts'
import {describe, judgeLinux, type OsVerdict} from './judge-os.ts'
import {SUPPORT_DATA_DATE, SUPPORT_DATA_SOURCE} from './supported-systems.ts'

export const os: Check = {
  id: 'os',
  needs: [],
  needsRegion: false,
  timeoutMs: () => 5_000,
  async run({reader}) {
    const host = await reader.host()
    return [toFinding(host, judgeLinux(host, new Date().toISOString().slice(0, 10)))]
  },
}

function toFinding(host: HostFacts, {verdict, why}: OsVerdict) {
  const evidence = {
    os: host.os,
    osVersion: host.osVersion,
    kernel: host.kernel,
    arch: host.arch,
    tableDate: SUPPORT_DATA_DATE,
    source: SUPPORT_DATA_SOURCE,
  }
  if (verdict === 'supported') return finding('os', 'ok', {summary: `The agent supports ${why}.`, evidence})
  if (verdict === 'unsupported') {
    return finding('os', 'os.unsupported', {
      summary: `The agent does not support this server: ${why}.`,
      nextStep: `Do not install the agent here; check ${SUPPORT_DATA_SOURCE} for a supported system to move to.`,
      evidence,
    })
  }
  return finding('os', 'os.unknown', {
    summary: `Whether the agent supports ${describe(host)} is not known: ${why} (as of ${SUPPORT_DATA_DATE}).`,
    nextStep: `Look ${describe(host)} and kernel ${host.kernel} up in ${SUPPORT_DATA_SOURCE} before you install.`,
    evidence,
  })
}
