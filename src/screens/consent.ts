import type {Remedy} from '../contract/remedy.ts'
import type {FlowState} from './flow-state.ts'
import {confirmGroups, unitSteps} from './route.ts'

/** From the plan to the first question, where anything is chosen. */
export function review(state: FlowState): FlowState {
  if (state.screen !== 'plan' || confirmGroups(state).length === 0) return state
  return {...state, screen: 'confirm', confirming: 0, confirmed: [], persistUnit: false}
}

/**
 * Each group is agreed to separately. Declining the first goes back to the plan, declining a later one leaves it out.
 */
export function confirm(state: FlowState, agreed: boolean): FlowState {
  if (state.screen !== 'confirm') return state
  const groups = confirmGroups(state)
  const group: readonly Remedy[] = groups[state.confirming] ?? []
  if (!agreed && state.confirming === 0) return {...state, screen: 'plan'}
  const confirmed = agreed ? [...state.confirmed, ...group.map(({id}) => id)] : state.confirmed
  if (state.confirming + 1 < groups.length) return {...state, confirmed, confirming: state.confirming + 1}
  const agreedTo = {...state, confirmed}
  return unitSteps(agreedTo).length > 0 ? {...agreedTo, screen: 'persist'} : startRepair(agreedTo)
}

export function startRepair(state: FlowState): FlowState {
  return {...state, screen: 'applying', repairEnded: false}
}

export function toggled(chosen: ReadonlySet<string>, remedy: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(remedy)) next.add(remedy)
  return next
}
