import {generateRules} from './iptables/generate.ts'
import {generatePartial} from './iptables/partial.ts'
import {generateRuleset} from './nft/generate.ts'
import {generatePolicyRouting, PLAIN, type PolicyRouting} from './policy-routing.ts'
import type {FuzzProbe} from './probe.ts'
import {Random} from './random.ts'
import type {Language, RuleSource} from './rule-source.ts'
import {DESTINATIONS, OTHER_USERS, PORTS} from './world.ts'

export type Family = 4 | 6

/** What rules are written in; `mixed` is two of the first three next to each other, `partial` is about NOTRACK. */
export const ENGINES = ['legacy', 'nft', 'native', 'mixed', 'partial'] as const

export type Engine = (typeof ENGINES)[number]

export type Wishes = {
  /** Also matches that nobody can decide from rules and probe alone. */
  readonly undecided: boolean
}

export type FuzzCase = {
  readonly seed: number
  readonly engine: Engine
  readonly family: Family
  /** Neighbours of the family do not know one another, and have to be found. */
  readonly strangers: boolean
  readonly routing: PolicyRouting
  readonly sources: readonly RuleSource[]
  /** Rules change sets, so that what one connection leaves behind may stop another. */
  readonly changing: boolean
  readonly probes: readonly FuzzProbe[]
}

const PROBES = 16
const MIXTURES: readonly (readonly Language[])[] = [
  ['legacy', 'nft'],
  ['legacy', 'native'],
  ['nft', 'native'],
]

/** The same rule sets and probes for the same seed and engine. */
export function generateCase(seed: number, engine: Engine, wishes: Wishes): FuzzCase {
  const random = new Random(seed)
  const family: Family = random.chance(0.68) ? 4 : 6
  const sources = sourcesFor(random, family, engine, wishes)
  const probes = Array.from({length: PROBES}, (_, at) => ({
    to: spelled(random.pick(DESTINATIONS[family]), family, at),
    port: random.chance(0.7) ? random.pick([443, 1500]) : random.pick(PORTS),
    protocol: random.chance(0.25) ? ('udp' as const) : ('tcp' as const),
    uid: random.chance(0.7) ? 0 : random.pick(OTHER_USERS).uid,
  }))
  const strangers = random.chance(family === 6 ? 0.5 : 0.4)
  const changing = sources.some(({text}) => / -j SET |(?:add|update|delete) @/.test(text))
  const routing = random.chance(0.3) ? generatePolicyRouting(random, family) : PLAIN
  return {seed, engine, family, strangers, routing, sources, changing, probes}
}

/** Every eighth destination of IPv4 is connected to by a socket of IPv6. */
function spelled(address: string, family: Family, at: number): string {
  return family === 4 && at % 8 === 7 ? `::ffff:${address}` : address
}

function sourcesFor(random: Random, family: Family, engine: Engine, wishes: Wishes): RuleSource[] {
  if (engine === 'partial')
    return [{language: random.pick(['legacy', 'nft']), text: generatePartial(random, family)}]
  const languages = engine === 'mixed' ? random.pick(MIXTURES) : [engine]
  return languages.map(language => ({
    language,
    text:
      language === 'native' ? generateRuleset(random, family, wishes) : generateRules(random, family, wishes),
  }))
}
