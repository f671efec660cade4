import {misfitOf} from '../../../src/firewall/plan/grammar/forms.ts'
import {planRepair as plan} from '../../../src/firewall/plan/plan-repair.ts'

export type {Need} from '../../../src/firewall/plan/plan-repair.ts'

/**
 * Plans, and holds each step against the forms that a journal may have: whatever a test plans can be undone.
 * @throws Error for a step without a form
 */
export const planRepair: typeof plan = (...situation) => {
  const planned = plan(...situation)
  for (const remedy of planned.remedies) {
    const misfit = misfitOf(remedy)
    if (misfit !== null) throw new Error(`${misfit}: ${JSON.stringify(remedy, null, 2)}`)
  }
  return planned
}
