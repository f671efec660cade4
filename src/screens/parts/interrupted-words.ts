import type {InterruptedChange} from '../wizard-host.ts'

/** What an interrupted run has left, one line a change. */
export function interruptedLine({title, id, at, kept}: InterruptedChange): string {
  return `${title} (${id}, ${at})${kept ? ', verified and in place' : ''}`
}

export function interruptedChoices({length}: readonly InterruptedChange[]) {
  return [
    {
      value: 'undo',
      label: length === 1 ? 'Revert the unfinished change now' : `Revert all ${length} changes now`,
    },
    {value: 'leave', label: 'Leave it, and continue'},
  ] as const
}
