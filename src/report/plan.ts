import type {Remedy} from '../contract/remedy.ts'
import type {Report} from './report.ts'

/** Remedies of the plan that were not tried. */
export function pendingRemedies({plan, applied}: Report): readonly Remedy[] {
  return plan.remedies.filter(({id}) => !applied.some(({remedy}) => remedy === id))
}

/** Whether a remedy outlives a reboot: a rule in the kernel does not, the same rule in its manager's file does. */
export function persists({steps}: Remedy): boolean {
  return steps.some(step => step.persists)
}
