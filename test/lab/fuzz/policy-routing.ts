import {spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import type {Family} from './generate-case.ts'
import type {Random} from './random.ts'

/** How packets are routed besides the main table: commands for `ip -batch`, and settings below /proc/sys. */
export type PolicyRouting = {
  readonly commands: readonly string[]
  readonly settings: Readonly<Record<string, string>>
}

export const PLAIN: PolicyRouting = {commands: [], settings: {}}

const ADDRESSES = {
  4: {
    ways: [
      'default via 10.20.0.1 dev eth1',
      'default via 10.9.0.1 dev eth0',
      '52.95.110.0/24 via 10.20.0.1 dev eth1',
    ],
    nets: ['52.95.110.0/24', '52.95.111.128/25', '172.16.0.0/12', '10.20.0.0/16', '10.9.0.1'],
    own: ['10.9.0.2', '10.20.0.0/16', '10.9.0.0/24'],
  },
  6: {
    ways: [
      'default via fd20::1 dev eth1',
      'default via fd09::1 dev eth0',
      '2001:db8::/64 via fd20::1 dev eth1',
    ],
    nets: ['2001:db8::/48', '2001:db8:1::77', 'fd20::/64', 'fd09::1'],
    own: ['fd09::2', 'fd20::/64', 'fd09::/64'],
  },
} as const

const TABLES = ['100', '101'] as const
const FIRST_PRIORITY = 1000
const MOST_RULES = 4

/** Some rules and two more tables. */
export function generatePolicyRouting(random: Random, family: Family): PolicyRouting {
  const commands = [
    ...TABLES.flatMap(table => tableFor(random, family, table)),
    ...Array.from({length: random.between(1, MOST_RULES)}, (_, index) => {
      const {selector, action} = ruleFor(random, family, index)
      return `rule add pref ${FIRST_PRIORITY + index} ${selector} ${action}`
    }),
  ]
  const filter = family === 4 ? random.pick(['0', '0', '1', '2']) : '0'
  const settings = {
    'net/ipv4/conf/all/rp_filter': filter,
    'net/ipv4/conf/all/src_valid_mark': random.pick(['0', '1']),
  }
  return {commands, settings}
}

function tableFor(random: Random, family: Family, table: string): string[] {
  const {ways, nets} = ADDRESSES[family]
  const more = random.pick([
    [],
    [],
    [`${random.pick(['throw', 'blackhole', 'unreachable', 'prohibit'])} ${random.pick(nets)}`],
    ['local default dev lo'],
    [`${random.pick(['blackhole', 'unreachable', 'prohibit'])} default`],
  ])
  const whole = more.some(route => route.includes('default'))
  const routes = [...(whole ? [] : [random.pick(ways)]), ...more]
  return routes.map(route => `route replace ${route} table ${table}`)
}

function ruleFor(random: Random, family: Family, index: number): {selector: string; action: string} {
  const {nets, own} = ADDRESSES[family]
  const mark = () => `fwmark ${random.pick(['0x1', '0x1', '0x2/0x3', '0x10/0xf0', '0x12', '0'])}`
  const selector = random.weighted(
    [
      [4, mark()],
      [1, `not ${mark()}`],
      [1, `from ${random.pick(own)}`],
      [1, `not from ${random.pick(own)}`],
      [1.5, `to ${random.pick(nets)}`],
      [0.5, `not to ${random.pick(nets)}`],
      [0.7, `uidrange ${random.pick(['0-0', '1000-1000', '1-2000'])}`],
      [1, `ipproto tcp dport ${random.pick(['443', '1-1024', '1500'])}`],
      [0.5, 'ipproto tcp sport 20000-61000'],
      [0.4, `iif ${random.pick(['lo', 'eth1'])}`],
      [0.3, 'oif eth1'],
      [0.3, 'ipproto udp'],
      [0.5, `from ${random.pick(own)} ${mark()}`],
      [0.3, ''],
    ] as const,
    ([weight]) => weight,
  )[1]
  const action = random.weighted(
    [
      [6, `lookup ${random.pick(TABLES)}`],
      [1, 'lookup main suppress_prefixlength 0'],
      [0.6, random.pick(['blackhole', 'unreachable', 'prohibit'])],
      // The kernel refuses one that leads back.
      [0.4, `goto ${FIRST_PRIORITY + index + 1}`],
      [0.4, 'goto 32766'],
    ] as const,
    ([weight]) => weight,
  )[1]
  return {selector, action}
}

/** Puts it in place of what was there before; null, or what the kernel says against it. */
export function setPolicyRouting(family: Family, {commands, settings}: PolicyRouting): string | null {
  for (const option of ['-4', '-6']) {
    const priorities = Array.from({length: MOST_RULES}, (_, index) => FIRST_PRIORITY + index)
    const clear = [
      ...priorities.map(priority => `rule del pref ${priority}`),
      ...TABLES.map(table => `route flush table ${table}`),
    ]
    spawnSync('ip', [option, '-force', '-batch', '-'], {input: `${clear.join('\n')}\n`})
  }
  for (const [path, value] of Object.entries({...DEFAULT_SETTINGS, ...settings}))
    writeFileSync(`/proc/sys/${path}`, value)
  if (commands.length === 0) return null
  const {status, stderr} = spawnSync('ip', [`-${family}`, '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
  })
  return status === 0 ? null : stderr.trim()
}

const DEFAULT_SETTINGS = {'net/ipv4/conf/all/rp_filter': '0', 'net/ipv4/conf/all/src_valid_mark': '0'}

export function readAgain(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.keys(settings).map(path => [path, readFileSync(`/proc/sys/${path}`, 'utf8').trim()]),
  )
}
