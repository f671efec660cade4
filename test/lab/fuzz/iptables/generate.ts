import type {Family, Wishes} from '../generate-case.ts'
import type {Random} from '../random.ts'
import {matchesFor} from './matches.ts'
import {targetFor} from './targets.ts'

/** Which packets come by in a chain; matches and targets are chosen so that the kernel takes them there. */
export type Place = {
  readonly family: Family
  readonly table: string
  readonly side: 'out' | 'in'
  /** Null for a chain of the user's. */
  readonly base: string | null
  readonly undecided: boolean
  /** Rules change sets while packets pass. */
  readonly changing: boolean
  /** Chains that may be called from here. */
  readonly callable: readonly string[]
}

const BASE_CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

const TABLES = Object.keys(BASE_CHAINS)

/** How often a table gets rules at all. */
const USED: Readonly<Record<string, number>> = {
  raw: 0.25,
  mangle: 0.35,
  nat: 0.3,
  filter: 0.9,
  security: 0.12,
}

/** A rule set in the form of `iptables-save`, with every table, so that loading it replaces all that was there. */
export function generateRules(random: Random, family: Family, wishes: Wishes): string {
  const changing = random.chance(0.08)
  return TABLES.map(table => generateTable(random, family, {...wishes, changing}, table)).join('')
}

type Manner = Wishes & Pick<Place, 'changing'>

function generateTable(random: Random, family: Family, wishes: Manner, table: string): string {
  const bases = BASE_CHAINS[table] ?? []
  const used = random.chance(USED[table] ?? 0)
  const own = used
    ? Array.from({length: random.between(0, 4)}, (_, index) => ({
        name: `U${index}`,
        side: random.pick(['out', 'in'] as const),
      }))
    : []
  const lines = [`*${table}`]
  for (const base of bases) lines.push(`:${base} ${used ? policyOf(random, table, base) : 'ACCEPT'} [0:0]`)
  for (const {name} of own) lines.push(`:${name} - [0:0]`)
  if (used) {
    for (const base of bases.filter(name => name !== 'FORWARD')) {
      const side = base === 'OUTPUT' || base === 'POSTROUTING' ? 'out' : 'in'
      const callable = own.filter(chain => chain.side === side).map(({name}) => name)
      const place: Place = {family, ...wishes, table, side, base, callable}
      for (let count = random.between(0, 5); count > 0; count--) lines.push(rule(random, place, base))
    }
    own.forEach(({name, side}, index) => {
      const callable = own
        .slice(index + 1)
        .filter(chain => chain.side === side)
        .map(chain => chain.name)
      const place: Place = {family, ...wishes, table, side, base: null, callable}
      for (let count = random.between(0, 4); count > 0; count--) lines.push(rule(random, place, name))
    })
  }
  return [...lines, 'COMMIT', ''].join('\n')
}

function policyOf(random: Random, table: string, base: string): string {
  if (table === 'nat') return 'ACCEPT'
  const likely = table === 'filter' ? (base === 'OUTPUT' ? 0.2 : 0.12) : 0.01
  return random.chance(likely) ? 'DROP' : 'ACCEPT'
}

function rule(random: Random, place: Place, chain: string): string {
  const target = targetFor(random, place)
  let matches = matchesFor(random, place, target.needsTcp)
  // A bare drop early in a chain would leave nothing to find out.
  for (let more = 2; more > 0 && target.stops && matches.length < 30; more--)
    matches = matchesFor(random, place, target.needsTcp)
  const text = `-A ${chain} ${matches}${target.text}`.trim()
  return random.chance(0.2) ? forDatagrams(text) : text
}

/** The same for UDP, unless it is about what only TCP has. */
function forDatagrams(rule: string): string {
  if (/--(?:syn|tcp-flags|tcp-option|mss)|tcp-reset|! -p|icmp/.test(rule)) return rule
  return rule.replace('-p tcp', '-p udp').replaceAll('-m tcp', '-m udp')
}
