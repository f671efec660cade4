import {READ_QUEUES, UNREAD_QUEUES} from '../queue-readers.ts'
import type {Random} from '../random.ts'
import {DEAD_PORT} from '../world.ts'
import type {Place} from './generate.ts'

export type Target = {readonly text: string; readonly needsTcp: boolean; readonly stops: boolean}

type Weighted = readonly [weight: number, text: string, needsTcp?: boolean]

const REJECTS = {
  4: ['icmp-port-unreachable', 'icmp-net-unreachable', 'icmp-host-prohibited', 'icmp-admin-prohibited'],
  6: ['icmp6-port-unreachable', 'icmp6-no-route', 'icmp6-adm-prohibited'],
} as const

/** A target that the kernel takes in the place. */
export function targetFor(random: Random, place: Place): Target {
  const calls: Weighted[] = place.callable.flatMap(name => [
    [3, `-j ${name}`] as const,
    [1.5, `-g ${name}`] as const,
  ])
  const choices: readonly Weighted[] = [...calls, ...common(random, place), ...ofTable(random, place)]
  const [, text, needsTcp = false] = random.weighted(choices, ([weight]) => weight)
  return {text, needsTcp, stops: /DROP|REJECT|NFQUEUE(?!.*bypass)/.test(text)}
}

function common(random: Random, {table, family, changing}: Place): Weighted[] {
  const marks: Weighted[] = [
    [1, `-j MARK --set-xmark ${random.pick(['0x1/0xffffffff', '0x2/0x3', '0x10/0xf0'])}`],
    [
      0.4,
      `-j MARK ${random.pick(['--and-mark 0xf', '--or-mark 0x2', '--xor-mark 0x3', '--set-mark 0x1/0x3'])}`,
    ],
    [0.6, `-j CONNMARK --set-xmark ${random.pick(['0x1/0xffffffff', '0x2/0x2'])}`],
    [0.4, '-j CONNMARK --save-mark'],
    [0.4, '-j CONNMARK --restore-mark'],
    [0.2, '-j CONNMARK --save-mark --nfmask 0x3 --ctmask 0x3'],
  ]
  return [
    [3, '-j ACCEPT'],
    [1.5, '-j RETURN'],
    [0.7, ''],
    [0.7, '-j NFLOG --nflog-prefix "x -j DROP"'],
    ...(changing && table !== 'nat' ? [setChange(random, family)] : []),
    ...(table === 'mangle'
      ? ([[0.2, family === 4 ? '-j TTL --ttl-set 65' : '-j HL --hl-set 65']] as const)
      : []),
    ...(table === 'mangle' || table === 'raw' || table === 'filter' ? marks : []),
  ]
}

function setChange(random: Random, family: 4 | 6): Weighted {
  const set = random.pick(['ips', 'nets', 'ipport'])
  const directions = set === 'ipport' ? 'dst,dst' : random.pick(['dst', 'src'])
  return [2, `-j SET ${random.pick(['--add-set', '--del-set'])} ${set}${family} ${directions}`]
}

function ofTable(random: Random, {table, family, base, side, undecided}: Place): Weighted[] {
  switch (table) {
    case 'filter':
      return [
        [2, '-j DROP'],
        [1, `-j REJECT --reject-with ${random.pick(REJECTS[family])}`],
        [0.7, '-j REJECT --reject-with tcp-reset', true],
        ...queues(random, undecided),
      ]
    case 'raw':
      return [
        [0.5, '-j DROP'],
        [2, random.pick(['-j CT --notrack', '-j NOTRACK'])],
      ]
    case 'nat':
      return natTargets(random, family, base, side)
    default:
      return [[0.7, '-j DROP'], ...queues(random, undecided)]
  }
}

function queues(random: Random, undecided: boolean): Weighted[] {
  const unread = random.pick(UNREAD_QUEUES)
  const several = random.pick(['11:12', '5:12', '11:12 --queue-cpu-fanout'])
  const read = random.pick(READ_QUEUES)
  const bypass = random.pick(['', ' --queue-bypass'])
  return [
    [0.15, `-j NFQUEUE --queue-num ${unread}`],
    [0.15, `-j NFQUEUE --queue-num ${unread} --queue-bypass`],
    [0.1, `-j NFQUEUE --queue-balance ${several}${bypass}`],
    ...(undecided
      ? ([
          [0.3, `-j NFQUEUE --queue-num ${read}${bypass}`],
          [0.2, `-j NFQUEUE --queue-balance 0:4${bypass}`],
        ] as const)
      : []),
  ]
}

/** Translations go into base chains only, where the hook that they need is certain. */
function natTargets(random: Random, family: 4 | 6, base: string | null, side: 'out' | 'in'): Weighted[] {
  const destination = family === 4 ? '52.95.110.1' : '2001:db8::5'
  const withPort = family === 4 ? `${destination}:8443` : `[${destination}]:8443`
  const linked = family === 4 ? '10.20.0.1' : 'fd20::1'
  const own = family === 4 ? '10.9.0.2' : 'fd09::2'
  const dead = family === 4 ? `${own}:${DEAD_PORT}` : `[${own}]:${DEAD_PORT}`
  if (base === 'OUTPUT' || (base === 'PREROUTING' && side === 'in'))
    return [
      [1.5, `-j DNAT --to-destination ${random.pick([destination, linked, own])}`],
      [1, `-j DNAT --to-destination ${withPort}`, true],
      [1.5, `-j REDIRECT --to-ports ${random.pick(['3128', '8443'])}`, true],
      [0.5, '-j REDIRECT', true],
      [0.4, `-j REDIRECT --to-ports ${random.pick([`${DEAD_PORT}`, `${DEAD_PORT}-${DEAD_PORT + 3}`])}`, true],
      [0.2, `-j DNAT --to-destination ${dead}`, true],
    ]
  if (base === 'POSTROUTING')
    return [
      [2, '-j MASQUERADE'],
      [1, `-j SNAT --to-source ${own}`],
      [0.4, `-j SNAT --to-source ${family === 4 ? own : `[${own}]`}:40000-50000`, true],
      [0.4, '-j MASQUERADE --to-ports 61000-62000', true],
      [0.3, '-j MASQUERADE --random'],
    ]
  return []
}
