import type {Blocker, Judgement} from '../../contract/judgement.ts'
import type {Rule, RuleSet} from '../model/rules.ts'

/** What an answer that is not known depends on. */
export type Ground = {
  /** As its tool prints it, or in words. */
  readonly text: string
  /** Null where it is no rule, or a placeholder for rules that nobody could read. */
  readonly rule: Blocker | null
}

/** What an answer depends on, with the answer, which is published and names it by its texts alone. */
export type Grounded<Told = Judgement> = {
  readonly told: Told
  /** The rules among the grounds of an answer that is not known. */
  readonly doubtful: readonly Blocker[]
}

export function ofRule({source}: Rule): Ground {
  return {text: source.text, rule: source.rule === 0 ? null : source}
}

export function inWords(text: string): Ground {
  return {text, rule: null}
}

export function withoutDoubt<Told>(told: Told): Grounded<Told> {
  return {told, doubtful: []}
}

/** Puts rules into the order of a rule set, each once; those that are not in it are left out, as ARP's are among IP's. */
export function sorter({chains, bases}: RuleSet): (rules: readonly Blocker[]) => readonly Blocker[] {
  const sources = [
    ...chains.flatMap(({rules: [first]}) => first?.source ?? []),
    ...bases.map(({policy}) => policy.source),
  ]
  const places = new Map<string, number>()
  for (const source of sources) if (!places.has(chainOf(source))) places.set(chainOf(source), places.size)
  const placeOf = (rule: Blocker) => places.get(chainOf(rule)) ?? -1
  return rules => {
    const distinct = new Map(rules.map(rule => [JSON.stringify(rule), rule]))
    return [...distinct.values()]
      .filter(rule => placeOf(rule) >= 0)
      .sort((a, b) => rankOf(a) - rankOf(b) || placeOf(a) - placeOf(b) || Number(a.rule) - Number(b.rule))
  }
}

function chainOf({engine, family, table, chain}: Blocker): string {
  return JSON.stringify([engine, family, table, chain])
}

/** Policies come last. */
function rankOf({rule}: Blocker): number {
  return rule === 'policy' ? 1 : 0
}
