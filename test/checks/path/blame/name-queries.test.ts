import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {isUnheard, nameQueries} from '../../../../src/checks/path/blame/name-queries.ts'
import type {Resolution} from '../../../../src/platform/network/dns/resolve.ts'

const failed = (errno: string, servers: readonly string[]): Resolution => ({
  ...{kind: 'failed', code: 'dns.timeout', errno, ms: 1, servers},
})

describe('the queries that a look-up takes', () => {
  let directory: string
  let resolved: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'names-'))
    resolved = join(directory, 'resolv.conf')
    await writeFile(resolved, 'nameserver 198.51.100.1\nnameserver 2001:db8::1\n')
  })
  afterAll(() => rm(directory, {recursive: true}))

  const words = async (resolution: Resolution) =>
    (await nameQueries(resolution, resolved)).map(
      ({to, port, protocol, by}) => `${by} ${protocol} ${to} ${port}`,
    )

  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      'each server',
      'ETIMEOUT',
      ['10.0.0.1', 'fd00::1'],
      ['programs udp 10.0.0.1 53', 'programs udp fd00::1 53'],
    ],
    ['a port of its own', 'ETIMEOUT', ['10.0.0.1:5353'], ['programs udp 10.0.0.1 5353']],
    [
      'no more than the C library asks',
      'ETIMEOUT',
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'],
      ['programs udp 10.0.0.1 53', 'programs udp 10.0.0.2 53', 'programs udp 10.0.0.3 53'],
    ],
    ['over TCP where an answer was truncated', 'TRUNCATED', ['10.0.0.1'], ['programs tcp 10.0.0.1 53']],
    [
      'those behind the stub of systemd-resolved',
      'ESERVFAIL',
      ['127.0.0.53'],
      [
        'programs udp 127.0.0.53 53',
        'systemd-resolved udp 198.51.100.1 53',
        'systemd-resolved udp 2001:db8::1 53',
      ],
    ],
    [
      'another resolver on this host: what is behind it is not known',
      'ETIMEOUT',
      ['127.0.0.1'],
      ['programs udp 127.0.0.1 53'],
    ],
    [
      'the unspecified address is the loopback address',
      'ETIMEOUT',
      ['0.0.0.0'],
      ['programs udp 127.0.0.1 53'],
    ],
    ['an address that nobody can be asked at', 'ETIMEOUT', ['224.0.0.1'], []],
    ['none', 'ETIMEOUT', [], []],
  ])('%s', async (_, errno, servers, queries) => {
    expect(await words(failed(errno, servers))).toEqual(queries)
  })
})

describe('whether a name server may have kept silent', () => {
  it.each<[errno: string, servers: readonly string[], isUnheard: boolean]>([
    ['ETIMEOUT', ['10.0.0.1'], true],
    ['ECONNREFUSED', ['10.0.0.1'], true],
    ['FORBIDDEN', ['10.0.0.1'], true],
    ['TRUNCATED', ['10.0.0.1'], true],
    ['NOROUTE', ['10.0.0.1'], false],
    ['ESERVFAIL', ['10.0.0.1'], false],
    ['EREFUSED', ['10.0.0.1'], false],
    ['ESERVFAIL', ['10.0.0.1', '10.0.0.2'], true],
    ['ESERVFAIL', ['127.0.0.53'], true],
    ['ENOTFOUND', ['10.0.0.1', '10.0.0.2'], false],
    ['ENODATA', ['127.0.0.53'], false],
  ])('%s from %j: %s', (errno, servers, expected) => {
    expect(isUnheard(failed(errno, servers))).toBe(expected)
  })
})
