import {planRepair as plan} from '../../../src/firewall/plan/plan-repair.ts'

export type {Need} from '../../../src/firewall/plan/plan-repair.ts'

/**
 * Plans, and finds a step that has no form in the grammar of the journal: the planner then offers nothing, and says so.
 * @throws Error for such a step
 */
export const planRepair: typeof plan = (...situation) => {
  const planned = plan(...situation)
  if (planned.unfixable?.includes('names or values that this tool does not write'))
    throw new Error(planned.unfixable)
  return planned
}
