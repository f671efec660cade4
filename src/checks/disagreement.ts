import type {JsonValue} from '../contract/finding.ts'
import type {Judgement} from '../contract/judgement.ts'
import {ownCommand, ownCommandText} from '../contract/own-command.ts'

/** Evidence where rules and measurement contradict each other, with the command whose output belongs into a bug report. */
export function disagreement(rules: Judgement, measured: string | null): JsonValue {
  return {rules: {...rules, parts: []}, measured, capture: [...ownCommand('capture', '--output', 'FILE')]}
}

/** What to attach to a bug report. */
export const CAPTURED = () => `the file that ${ownCommandText('capture', '--output', 'FILE')} writes`

/** A sentence without its full stop. */
export function clause(sentence: string): string {
  return sentence.replace(/\.$/, '')
}
