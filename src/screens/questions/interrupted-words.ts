import type {InterruptedChange} from '../flow/wizard-host.ts'
import {minuteText} from '../ui/lines.ts'

/** A change that an interrupted run has left. */
export function interruptedLine({title, id, at, kept}: InterruptedChange): string {
  return `${title} (${minuteText(at)}, id ${id})${kept ? ', verified and in place' : ''}`
}

export function interruptedChoices({length}: readonly InterruptedChange[]) {
  return [
    {
      value: 'undo',
      label: length === 1 ? 'Revert the unfinished change now' : `Revert all ${length} changes now`,
    },
    {value: 'leave', label: `Leave ${length === 1 ? 'it' : 'them'}, and continue`},
  ] as const
}
