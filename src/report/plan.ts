import type {Remedy} from '../contract/remedy.ts'
import type {Report} from './report.ts'

/** Remedies of the plan that were not tried. */
export function pendingRemedies({plan, applied}: Report): readonly Remedy[] {
  return plan.remedies.filter(({id}) => !applied.some(({remedy}) => remedy === id))
}

/** What to know about a remedy that does not outlive a reboot. */
export function lostByReboot(remedy: Remedy | undefined): string {
  return ['A reboot reverts this change.', remedy?.lastingAdvice].filter(Boolean).join(' ')
}
