import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {release, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {haveNoQueues} from '../../../../src/platform/network/departure/measure.ts'
import {isReadHere, leadingBack, parseRouteGet} from '../../../../src/platform/network/departure/next-hop.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'departure-'))
})
afterAll(() => rm(root, {recursive: true}))

async function put(path: string, text = ''): Promise<void> {
  const file = join(root, path)
  await mkdir(join(file, '..'), {recursive: true})
  await writeFile(file, text)
}

describe('the next hop', () => {
  it.each([
    [
      '198.51.100.10 via 10.9.0.1 dev eth0 src 10.9.0.2 uid 0 \\    cache \n',
      {device: 'eth0', address: '10.9.0.1', isLocal: false},
    ],
    [
      '198.51.100.10 dev wg0 table 51820 src 10.9.0.2 uid 0 \\    cache \n',
      {device: 'wg0', address: '198.51.100.10', isLocal: false},
    ],
    [
      '198.51.100.10 via inet6 fe80::1 dev eth0 src 10.9.0.2 \n',
      {device: 'eth0', address: 'fe80::1', isLocal: false},
    ],
    [
      'local 198.51.100.10 dev lo table local src 198.51.100.10 uid 0 \n',
      {device: 'lo', address: '198.51.100.10', isLocal: true},
    ],
  ])('of %j', (output, hop) => {
    expect(parseRouteGet(output, '198.51.100.10')).toEqual(hop)
  })

  it.each(['', 'RTNETLINK answers: Network is unreachable\n'])('is none of %j', output => {
    expect(parseRouteGet(output, '198.51.100.10')).toBeNull()
  })
})

it('traffic comes back by loopback, containers and VPN clients, not by hardware and what is made of it', async () => {
  const devices = join(root, 'net')
  await put('net/lo/ifindex')
  await put('net/veth1/ifindex')
  await put('net/tun0/tun_flags')
  await put('net/eth0/device/vendor')
  await put('net/bond0/lower_eth0/ifindex')
  const all = ['lo', 'veth1', 'tun0', 'eth0', 'bond0', 'eth9', 'unknown']
  expect(await leadingBack(all, 'eth9', devices)).toEqual(['lo', 'veth1', 'tun0', 'unknown'])
  expect(await isReadHere('tun0', devices)).toBe(true)
  expect(await isReadHere('eth0', devices)).toBe(false)
})

describe('no rule can hand packets to a queue', () => {
  const builtIn = (text: string) => put(`lib/modules/${release()}/modules.builtin`, text)
  const loaded = (text: string) => put('proc/modules', text)

  it('where nothing of the kind is loaded or built in', async () => {
    await builtIn('kernel/net/netfilter/nf_conntrack.ko\n')
    await loaded('nf_tables 372736 1 - Live 0x0\n')
    expect(await haveNoQueues(root)).toBe(true)
  })

  it.each([
    ['xt_NFQUEUE 16384 1 - Live 0x0\n', ''],
    ['nf_tables 372736 1 - Live 0x0\nnft_queue 16384 1 - Live 0x0\n', ''],
    ['', 'kernel/net/netfilter/xt_NFQUEUE.ko\n'],
  ])('not with %j loaded and %j built in', async (modules, builtin) => {
    await builtIn(builtin)
    await loaded(modules)
    expect(await haveNoQueues(root)).toBe(false)
  })

  it('which is not known where the modules cannot be read', async () => {
    expect(await haveNoQueues(join(root, 'nowhere'))).toBe(false)
  })
})
