import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {Resolution} from '../../../src/platform/network/dns/resolve.ts'
import {inNamespace} from './namespace.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'drs-onboard-resolve-'))
})
afterAll(() => rm(directory, {recursive: true}))

async function resolve(servers: readonly string[], ...names: readonly string[]) {
  const resolvConf = path.join(directory, `${servers.join('-')}.conf`)
  await writeFile(resolvConf, servers.map(address => `nameserver ${address}\n`).join(''))
  const script = path.join(import.meta.dirname, 'resolve.ts')
  return await inNamespace<Record<string, Resolution>>(script, resolvConf, ...names)
}

const ADDRESSES = [{address: '192.0.2.7', family: 4}]

it('tells a missing name, a failing server and a silent one apart', async () => {
  const names = ['there', 'nxdomain', 'nodata', 'servfail', 'refused', 'silent'].map(
    label => `${label}.example`,
  )
  expect(await resolve(['127.0.0.1'], ...names)).toMatchObject({
    'there.example': {kind: 'resolved', addresses: ADDRESSES},
    'nxdomain.example': {code: 'dns.not-found', errno: 'ENOTFOUND'},
    'nodata.example': {code: 'dns.not-found', errno: 'ENODATA'},
    'servfail.example': {code: 'dns.server-failure', errno: 'ESERVFAIL'},
    'refused.example': {code: 'dns.server-failure', errno: 'EREFUSED'},
    'silent.example': {code: 'dns.timeout'},
  })
})

it('finds what only the hosts file has, though no name server answers', async () => {
  const {localhost} = await resolve(['127.0.0.2'], 'localhost')
  expect(localhost).toMatchObject({kind: 'resolved'})
  expect(localhost?.kind === 'resolved' && localhost.addresses).toContainEqual({
    address: '127.0.0.1',
    family: 4,
  })
})

it('takes IPv4-mapped addresses for IPv4: of AAAA records, of the hosts file, of name servers', async () => {
  const found = await resolve(['::ffff:127.0.0.1'], 'mapped.example', 'listed')
  expect(found).toMatchObject({
    'mapped.example': {
      kind: 'resolved',
      addresses: expect.arrayContaining([
        {address: '192.0.2.7', family: 4},
        {address: '192.0.2.8', family: 4},
      ]),
      servers: ['127.0.0.1'],
    },
    listed: {kind: 'resolved', addresses: [{address: '192.0.2.9', family: 4}]},
  })
})

it('finds a name server whose port is closed', async () => {
  expect(await resolve(['127.0.0.9'], 'there.example')).toMatchObject({
    'there.example': {code: 'dns.server-failure'},
  })
})

it('finds a truncated answer whose rest cannot be had over TCP', async () => {
  expect(await resolve(['127.0.0.1'], 'truncated.example')).toMatchObject({
    'truncated.example': {code: 'dns.timeout'},
  })
})

it('is patient with a dead first name server', async () => {
  expect(await resolve(['127.0.0.2', '127.0.0.1'], 'there.example')).toMatchObject({
    'there.example': {kind: 'resolved', addresses: ADDRESSES},
  })
})
