import type {Disagreement} from '../contract/evidence.ts'
import type {Judgement} from '../contract/judgement.ts'
import {ownCommand, ownCommandText} from '../contract/own-command.ts'

export function disagreement(rules: Judgement, measured: string | null): Disagreement {
  return {rules: {...rules, parts: []}, measured, capture: [...ownCommand('capture', '--output', 'FILE')]}
}

/** What to attach to a bug report. */
export const CAPTURED = () => `the file that ${ownCommandText('capture', '--output', 'FILE')} writes`

/** A sentence without its full stop. */
export function clause(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
