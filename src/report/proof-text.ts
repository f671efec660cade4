import type {Probed} from '../engine/events.ts'

const OUTCOME_WORDS: Readonly<Record<Probed['outcome'], string>> = {
  answered: 'answered, a byte each way',
  refused: 'refused',
  reset: 'opened, then reset',
  silent: 'no answer',
  stalled: 'opened, but what was sent was never acknowledged',
  unreachable: 'unreachable',
  forbidden: 'forbidden by this operating system',
  'no-way': 'no way from this server',
}

/** The connections that were tried to prove a repair, by what came of them; null where there were none. */
export function proofText(probes: readonly Probed[] | undefined): string | null {
  if (probes === undefined || probes.length === 0) return null
  const byOutcome = Map.groupBy(probes, ({outcome}) => outcome)
  return [...byOutcome]
    .map(([outcome, tried]) => `${OUTCOME_WORDS[outcome]}: ${tried.map(({to}) => to).join(', ')}`)
    .join('; ')
}
