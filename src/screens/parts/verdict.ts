import type {Finding} from '../../contract/finding.ts'
import {type Outcome, outcomeOf} from '../../engine/session.ts'
import type {Tone} from '../theme.ts'
import {countsText} from './finding-order.ts'
import type {Line} from './lines.ts'

const OUTCOMES: Record<Outcome, {readonly words: string; readonly tone: Tone}> = {
  ready: {words: 'Ready', tone: 'good'},
  'ready-with-warnings': {words: 'Ready, with warnings', tone: 'caution'},
  'not-ready': {words: 'Not ready', tone: 'bad'},
}

/** The outcome, and how many findings there are of each status. */
export function verdictLine(findings: readonly Finding[]): Line {
  const {words, tone} = OUTCOMES[outcomeOf(findings)]
  return {text: `${words}: ${countsText(findings)}.`, tone}
}
