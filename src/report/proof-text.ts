import type {Probed} from '../engine/events.ts'

const OUTCOME_WORDS: Readonly<Record<Probed['outcome'], string>> = {
  answered: 'data exchanged with',
  refused: 'refused by',
  reset: 'opened, then reset by',
  silent: 'no answer from',
  stalled: 'opened, but data never acknowledged by',
  unreachable: 'no path to',
  forbidden: 'this operating system forbids',
  'no-way': 'no route from this server to',
}

/** The connections that were tried to prove a repair, by what came of them; null where there were none. */
export function proofText(probes: readonly Probed[] | undefined): string | null {
  if (probes === undefined || probes.length === 0) return null
  const byOutcome = Map.groupBy(probes, ({outcome}) => outcome)
  return [...byOutcome]
    .map(([outcome, tried]) => `${OUTCOME_WORDS[outcome]} ${tried.map(({to}) => to).join(', ')}`)
    .join('; ')
}
