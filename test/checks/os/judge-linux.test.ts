import {describe, expect, it} from 'vitest'
import {compareVersions, judgeLinux} from '../../../src/checks/os/judge-linux.ts'
import type {HostFacts} from '../../../src/contract/host.ts'

const host = (osId: string, osVersion: string, more: Partial<HostFacts> = {}): HostFacts => ({
  hostname: 'db1',
  platform: 'linux',
  osId,
  os: osId,
  osVersion,
  kernel: '5.14.0-503.el9.x86_64',
  arch: 'x86_64',
  addresses: ['10.9.0.2'],
  ...more,
})

describe('judgeLinux', () => {
  it.each([
    ['rhel', '9.4', 'supported'],
    ['rhel', '10.1', 'supported'],
    ['rhel', '10.2', 'unknown'],
    ['rhel', '5.11', 'unsupported'],
    ['rocky', '8.10', 'supported'],
    ['rocky', '9.4', 'unknown'],
    ['almalinux', '9.4', 'unknown'],
    ['ol', '9.8', 'supported'],
    ['ol', '7.9', 'unknown'],
    ['ol', '6.10', 'unsupported'],
    ['centos', '7', 'supported'],
    ['centos', '9', 'unknown'],
    ['amzn', '2', 'supported'],
    ['amzn', '2023', 'supported'],
    ['amzn', '2022', 'unknown'],
    ['amzn', '2018.03', 'unknown'],
    ['sles', '15.5', 'supported'],
    ['sles', '15.6', 'unknown'],
    ['sles', '11.4', 'unsupported'],
    ['ubuntu', '24.04', 'supported'],
    ['ubuntu', '26.04', 'unknown'],
    ['ubuntu', '12.04', 'unsupported'],
    ['ubuntu', '10.04', 'unsupported'],
    ['debian', '12', 'supported'],
    ['debian', '14', 'unknown'],
    ['debian', '', 'unknown'],
    ['debian', '9', 'unsupported'],
    ['arch', '', 'unknown'],
  ])('%s %s is %s', (osId, version, verdict) => {
    expect(judgeLinux(host(osId, version), '2026-11-22').verdict).toBe(verdict)
  })

  it('honours the day on which support ends', () => {
    expect(judgeLinux(host('ubuntu', '12.04'), '2026-08-19').verdict).toBe('supported')
    expect(judgeLinux(host('ubuntu', '12.04'), '2026-08-20').verdict).toBe('unsupported')
  })

  it.each(['aarch64', 'i686', 'ppc64le'])('%s is not supported', arch => {
    expect(judgeLinux(host('debian', '12', {arch}), '2026-11-22').verdict).toBe('unsupported')
  })

  it('warns about kernels newer than the table, and about -azure kernels', () => {
    expect(judgeLinux(host('debian', '13', {kernel: '6.14.2'}), '2026-11-22').verdict).toBe('supported')
    expect(judgeLinux(host('debian', '13', {kernel: '6.15.0'}), '2026-11-22').verdict).toBe('unknown')
    expect(judgeLinux(host('amzn', '2023', {kernel: '6.13.1'}), '2026-11-22').verdict).toBe('unknown')
    expect(judgeLinux(host('ubuntu', '22.04', {kernel: '6.8.0-1021-azure'}), '2026-11-22').verdict).toBe(
      'unsupported',
    )
  })
})

describe('compareVersions', () => {
  it('compares by number, not by text', () => {
    expect(compareVersions('9.10', '9.9')).toBe(1)
    expect(compareVersions('10', '10.0')).toBe(0)
    expect(compareVersions('8.5', '8.10')).toBe(-1)
  })
})
