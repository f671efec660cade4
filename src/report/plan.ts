import type {Remedy} from '../contract/remedy.ts'
import type {AppliedRemedy} from '../engine/events.ts'
import type {Report} from './report.ts'

/** Remedies of the plan that were not tried. */
export function pendingRemedies({plan, applied}: Report): readonly Remedy[] {
  return plan.remedies.filter(({id}) => !applied.some(({remedy}) => remedy === id))
}

/** What a reboot does to a fix that was kept. */
export function fateAtReboot({
  persists,
  persistence,
}: Pick<AppliedRemedy, 'persists' | 'persistence'>): 'survives' | 'lost' | 'not-verified' {
  return persistence ?? (persists ? 'survives' : 'lost')
}

/**
 * What to know about a remedy that does not survive a reboot.
 * @param applied where it was kept
 */
export function lostByReboot(
  remedy: Remedy | undefined,
  applied: Pick<AppliedRemedy, 'persistence'> = {},
): string {
  if (applied.persistence === 'not-verified') return 'Whether it survives a reboot was not verified.'
  return ['A reboot reverts this change.', remedy?.lastingAdvice].filter(Boolean).join(' ')
}
