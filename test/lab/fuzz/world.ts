import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {introduce, linkAddress} from './neighbours.ts'

/** Ports that echo, on the peer and on this host itself. */
export const PORTS = [22, 80, 443, 1024, 1500, 3128, 8443] as const

/** A port where nobody listens, on this host or on the peer. */
export const DEAD_PORT = 9900

/** Users that connections are made as besides root; the groups after the first are supplementary. */
export const OTHER_USERS = [
  {uid: 1000, groups: [1000]},
  {uid: 1001, groups: [104, 2000]},
  {uid: 1002, groups: [1002, 104]},
] as const

/** Two links to one peer, so that rules on interfaces have something to tell apart. */
export const LINKS = [
  {
    name: 'eth0',
    own: ['10.9.0.2/24', 'fd09::2/64'],
    peer: ['10.9.0.1/24', 'fd09::1/64'],
    morePeers: [],
  },
  {
    name: 'eth1',
    own: ['10.20.0.2/16', 'fd20::2/64'],
    peer: ['10.20.0.1/16', 'fd20::1/64'],
    morePeers: ['10.20.7.7/16', 'fd20::7:7/64'],
  },
] as const

/** Further addresses of the peer, reached by the default route over eth0. */
export const REMOTE = ['52.95.110.1', '52.95.111.129', '172.16.5.4', '2001:db8::5', '2001:db8:1::77'] as const

/** Destinations of probes: on-link, routed, and this host itself. */
export const DESTINATIONS = {
  4: [
    '10.9.0.1',
    '10.20.0.1',
    '10.20.7.7',
    '52.95.110.1',
    '52.95.111.129',
    '172.16.5.4',
    '127.0.0.1',
    '10.9.0.2',
  ],
  6: ['fd09::1', 'fd20::1', 'fd20::7:7', '2001:db8::5', '2001:db8:1::77', '::1', 'fd09::2'],
} as const

/** Addresses of this host, without those that only redirection to the whole of 127.0.0.0/8 would reach. */
export const OWN_ADDRESSES: readonly string[] = [
  '127.0.0.1',
  '::1',
  ...LINKS.flatMap(({own}) => own.map(withoutPrefix)),
]

const PEER_ADDRESSES: readonly string[] = [
  ...LINKS.flatMap(({peer, morePeers}) => [...peer, ...morePeers].map(withoutPrefix)),
  ...REMOTE,
]

function withoutPrefix(address: string): string {
  return address.replace(/\/.*/, '')
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, {stdio: ['ignore', 'ignore', 'inherit']})
}

/** Builds the two links between this network namespace and a new one in which a peer echoes. */
export async function buildWorld(): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'echo.ts')
  const peer = spawn('unshare', ['--net', process.execPath, program, ...PEER_ADDRESSES], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(peer.stdout, 'data')
  const inPeer = (...args: readonly string[]) =>
    execFileSync('nsenter', ['--target', String(peer.pid), '--net', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  for (const path of ['all', 'default']) {
    writeFileSync(`/proc/sys/net/ipv4/conf/${path}/rp_filter`, '0')
    writeFileSync(`/proc/sys/net/ipv6/conf/${path}/accept_dad`, '0')
    writeFileSync(`/proc/sys/net/ipv6/conf/${path}/accept_ra`, '0')
  }
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '32768 60999')
  ip('link', 'set', 'lo', 'up')
  for (const [index, {name, own, peer: first, morePeers}] of LINKS.entries()) {
    const theirs = [...first, ...morePeers]
    ip(
      'link',
      'add',
      name,
      'address',
      linkAddress(index, 1),
      'type',
      'veth',
      'peer',
      'name',
      name,
      'address',
      linkAddress(index, 2),
      'netns',
      String(peer.pid),
    )
    for (const address of own) ip('addr', 'add', address, 'dev', name, ...nodad(address))
    for (const address of theirs) inPeer('ip', 'addr', 'add', address, 'dev', name, ...nodad(address))
    ip('link', 'set', name, 'up', 'group', index === 0 ? '0' : '7')
    inPeer('ip', 'link', 'set', name, 'up')
  }
  for (const address of REMOTE) inPeer('ip', 'addr', 'add', address, 'dev', 'lo', ...nodad(address))
  ip('route', 'add', 'default', 'via', '10.9.0.1', 'dev', 'eth0')
  ip('-6', 'route', 'add', 'default', 'via', 'fd09::1', 'dev', 'eth0')
  if (peer.pid !== undefined) introduce(peer.pid)
  return peer
}

function nodad(address: string): string[] {
  return address.includes(':') ? ['nodad'] : []
}
