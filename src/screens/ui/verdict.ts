import type {Finding} from '../../contract/finding.ts'
import {type Outcome, outcomeOf} from '../../engine/outcome.ts'
import {differenceBetween, differenceText} from '../../report/difference.ts'
import {countsOf} from '../../report/headline.ts'
import type {Line} from './lines.ts'
import type {Tone} from './theme.ts'

const OUTCOMES: Record<Outcome, {readonly words: string; readonly tone: Tone}> = {
  ready: {words: 'Ready', tone: 'good'},
  'ready-with-warnings': {words: 'Ready, with warnings', tone: 'caution'},
  incomplete: {words: 'Incomplete', tone: 'caution'},
  'not-ready': {words: 'Not ready', tone: 'bad'},
}

/**
 * The outcome, how many blocking issues there are, and how many findings there are of the rest; what was fixed and what is
 * new since the checks before.
 */
export function verdictLine(findings: readonly Finding[], before: readonly Finding[] | null = null): Line {
  const {words, tone} = OUTCOMES[outcomeOf(findings)]
  const since =
    before === null ? '' : ` (since the last check: ${differenceText(differenceBetween(before, findings))})`
  return {text: `${words}: ${lowered(countsOf({findings}))}${since}.`, tone}
}

const lowered = (words: string) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`
