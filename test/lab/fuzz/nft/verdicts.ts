import type {Random} from '../random.ts'
import {DEAD_PORT} from '../world.ts'
import type {Place} from './generate.ts'
import {change} from './packet-matches.ts'
import {SETS} from './sets.ts'

export type Ending = {
  /** Matches without which nft refuses the rule. */
  readonly needs: readonly string[]
  /** A change that may stand between the matches. */
  readonly effect: string
  /** Counter and verdict. */
  readonly text: readonly string[]
  readonly stops: boolean
}

type Weighted = readonly [weight: number, text: string, needs?: readonly string[]]

/** How a rule ends, so that the kernel takes it in the place. */
export function endingFor(random: Random, place: Place): Ending {
  const calls: Weighted[] = place.callable.flatMap(name => [
    [2, `jump ${name}`] as const,
    [1, `goto ${name}`] as const,
  ])
  const choices: readonly Weighted[] = [
    ...calls,
    [3, 'accept'],
    [1.2, 'return'],
    [0.5, ''],
    ...(place.type === 'nat' ? translations(random, place) : filters(random, place)),
  ]
  const [, text, needs = []] = random.weighted(choices, ([weight]) => weight)
  const plain = isOfFrames(place) || place.type === 'nat'
  const effect = plain || random.chance(place.changing ? 0.5 : 0.75) ? '' : effectFor(random, place)
  // A map of verdicts is no place for a counter after it.
  return {needs, effect, text: ['counter', text].filter(one => one !== ''), stops: /drop|reject/.test(text)}
}

function isOfFrames({tableFamily}: Place): boolean {
  return tableFamily === 'netdev' || tableFamily === 'arp'
}

function filters(random: Random, place: Place): Weighted[] {
  if (isOfFrames(place)) return [[2, 'drop']]
  const rejects = place.hook === 'input' || place.hook === 'output' || place.type === null
  const port = `tcp ${place.side === 'out' ? 'dport' : 'sport'}`
  const peer = `${place.family === 4 ? 'ip' : 'ip6'} ${place.side === 'out' ? 'daddr' : 'saddr'}`
  const verdict = () =>
    random.pick([
      'accept',
      'drop',
      'accept',
      'return',
      ...place.callable.map(name => `jump ${name}`),
      ...place.callable.map(name => `goto ${name}`),
    ])
  const maps: Weighted[] = [
    [1, `${port} vmap { 443 : ${verdict()}, 1500 : ${verdict()}, 2000-9000 : ${verdict()} }`],
    [0.7, `ct state vmap { established : ${verdict()}, new : ${verdict()}, invalid : ${verdict()} }`],
    [
      0.7,
      `${peer} . ${port} vmap { ${random.pick(SETS.disjoint[place.family])} . 443 : ${verdict()}, ${random.pick(SETS.hosts[place.family])} . 1500 : ${verdict()} }`,
    ],
    [
      0.5,
      `${place.side === 'out' ? 'oifname' : 'iifname'} vmap { "lo" : ${verdict()}, "eth0" : ${verdict()} }`,
    ],
    [0.4, `meta mark vmap { 0x0 : ${verdict()}, 0x1 : ${verdict()} }`],
    [0.3, `${peer} vmap { ${random.pick(SETS.disjoint[place.family])} : ${verdict()}, * : ${verdict()} }`],
    [0.3, `${port} vmap { 443 : continue, 1500 : accept } ${random.pick(['drop', 'accept'])}`],
    // Chains of one side only may be called; maps that all share hold chains of both.
    ...(place.type === 'filter'
      ? ([
          [1, `${peer} vmap @addressverdicts`],
          [0.6, `${port} vmap @portverdicts`],
          [0.6, `${peer} . ${port} vmap @pairverdicts`],
        ] as const)
      : []),
  ]
  if (place.tableFamily === 'inet')
    maps.push([0.4, `meta nfproto vmap { ipv4 : ${verdict()}, ipv6 : ${verdict()} }`])
  return [
    [2, 'drop'],
    ...maps,
    ...(rejects && place.type !== null
      ? ([
          [0.6, 'reject'],
          [0.5, 'reject with tcp reset', ['meta l4proto tcp']],
          [0.4, place.tableFamily === 'inet' ? 'reject with icmpx type admin-prohibited' : 'reject'],
          [
            0.3,
            place.family === 4 ? 'reject with icmp type host-prohibited' : 'reject with icmpv6 type no-route',
          ],
        ] as const)
      : []),
    ...(place.hook === 'output' || place.hook === 'prerouting' ? ([[0.5, 'notrack']] as const) : []),
  ]
}

function effectFor(random: Random, place: Place): string {
  const {side} = place
  if (place.changing && random.chance(0.6)) return change(random, place)
  return random.pick([
    'meta mark set 0x1',
    'meta mark set 0x12',
    'meta mark set meta mark | 0x2',
    'meta mark set meta mark & 0xfffffff0 | 0x4',
    'meta mark set meta mark ^ 0x3',
    'meta mark set ct mark',
    'ct mark set 0x1',
    'ct mark set meta mark',
    'ct mark set ct mark or 0x2',
    `meta mark set tcp ${side === 'out' ? 'dport' : 'sport'} map @marks`,
    `ct mark set tcp ${side === 'out' ? 'dport' : 'sport'} map { 443 : 0x3, 80 : 0x1 }`,
    'log prefix "a, b { drop }"',
    'meta nftrace set 0',
  ])
}

function translations(random: Random, {family, tableFamily, hook}: Place): Weighted[] {
  const ip = family === 4 ? 'ip' : 'ip6'
  const by = tableFamily === 'inet' ? ` ${ip}` : ''
  const destination = family === 4 ? '52.95.110.1' : '2001:db8::5'
  const linked = family === 4 ? '10.20.0.1' : 'fd20::1'
  const own = family === 4 ? '10.9.0.2' : 'fd09::2'
  const port = (address: string, number: number) =>
    family === 4 ? `${address}:${number}` : `[${address}]:${number}`
  const tcp = ['meta l4proto tcp']
  if (hook === 'output' || hook === 'prerouting')
    return [
      [1.5, `dnat${by} to ${random.pick([destination, linked, own])}`],
      [1, `dnat${by} to ${port(destination, 8443)}`, tcp],
      [0.7, 'dnat to :8443', tcp],
      [1.5, `redirect to :${random.pick(['3128', '8443'])}`, tcp],
      [0.5, 'redirect'],
      [0.4, `redirect to :${DEAD_PORT}`, tcp],
      [0.2, `dnat${by} to ${port(own, DEAD_PORT)}`, tcp],
      [0.7, `dnat${by} to tcp dport map { 443 : ${destination}, 80 : ${linked} }`, tcp],
      [0.5, `dnat ${ip} addr . port to tcp dport map { 443 : ${destination} . 8443 }`, tcp],
      [0.3, 'drop'],
    ]
  if (hook === 'postrouting')
    return [
      [2, 'masquerade'],
      [1, `snat${by} to ${own}`],
      [0.4, `snat${by} to ${port(own, 40_000)}-50000`, tcp],
      [0.4, 'masquerade to :61000-62000', tcp],
      [0.3, 'masquerade random'],
      [0.3, 'drop'],
    ]
  return [[0.5, 'drop']]
}
