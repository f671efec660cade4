import {describe, expect, it} from 'vitest'
import {installerGeneration} from '../../../src/checks/installer/installer.ts'
import {judgeWindows} from '../../../src/checks/os/judge-windows.ts'
import {readWindowsHost} from '../../../src/platform/windows/host.ts'

/** What Node tells (`os.release()`, `os.version()`), and what is made of it. */
const HOSTS: readonly [release: string, version: string, os: string, verdict: string, generation: string][] =
  [
    [
      '10.0.26100',
      'Windows Server 2025 Datacenter',
      'Windows Server 2025 Datacenter',
      'supported',
      'windows',
    ],
    ['10.0.20348', 'Windows Server 2022 Standard', 'Windows Server 2022 Standard', 'supported', 'windows'],
    [
      '10.0.17763',
      'Windows Server 2019 Datacenter',
      'Windows Server 2019 Datacenter',
      'supported',
      'windows',
    ],
    ['10.0.14393', 'Windows Server 2016 Standard', 'Windows Server 2016 Standard', 'supported', 'windows'],
    ['10.0.18362', 'Windows Server Standard', 'Windows Server Standard', 'unknown', 'windows'],
    [
      '6.3.9600',
      'Windows Server 2012 R2 Standard',
      'Windows Server 2012 R2 Standard',
      'supported',
      'windows-2012',
    ],
    ['6.2.9200', 'Windows Server 2012 Standard', 'Windows Server 2012 Standard', 'supported', 'windows-2012'],
    [
      '6.1.7601',
      'Windows Server 2008 R2 Enterprise',
      'Windows Server 2008 R2 Enterprise',
      'supported',
      'windows-2008',
    ],
    ['6.0.6003', 'Windows Server 2008 Standard', 'Windows Server 2008 Standard', 'supported', 'windows-2008'],
    ['5.2.3790', 'Windows Server 2003', 'Windows Server 2003', 'unsupported', 'windows-2008'],
    ['10.0.19045', 'Windows 10 Pro', 'Windows 10 Pro', 'supported', 'windows'],
    ['10.0.26100', 'Windows 10 Enterprise', 'Windows 11 Enterprise', 'unknown', 'windows'],
    ['6.1.7601', 'Windows 7 Ultimate', 'Windows 7 Ultimate', 'supported', 'windows-2008'],
    ['6.3.9600', 'Windows 8.1 Pro', 'Windows 8.1 Pro', 'unknown', 'windows-2012'],
    ['10.0.18362', 'Microsoft Windows 10', 'Windows 10', 'supported', 'windows'],
  ]

describe('a Windows host', () => {
  it.each(HOSTS)('%s %s', (release, version, os, verdict, generation) => {
    const host = readWindowsHost({release, version, machine: 'x86_64'})
    expect(host).toMatchObject({platform: 'win32', osId: 'windows', os, osVersion: release, arch: 'x86_64'})
    expect(judgeWindows(host).verdict).toBe(verdict)
    expect(installerGeneration(host)).toBe(generation)
  })

  it('is not supported on ARM', () => {
    const host = readWindowsHost({release: '10.0.26100', version: 'Windows 11 Pro', machine: 'arm64'})
    expect(judgeWindows(host)).toMatchObject({verdict: 'unsupported', why: expect.stringMatching(/arm64/)})
  })
})
