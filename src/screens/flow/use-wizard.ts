import {createContext, type Dispatch, use} from 'react'
import type {Action, FlowState} from './state.ts'
import type {WizardHost} from './wizard-host.ts'

export type WizardView = {
  readonly host: WizardHost
  readonly state: FlowState
  readonly dispatch: Dispatch<Action>
  /** False while another question has the keyboard. */
  readonly active: boolean
}

export const WizardContext = createContext<WizardView | null>(null)

/** The wizard that this screen belongs to. */
export function useWizard(): WizardView {
  const view = use(WizardContext)
  if (view === null) throw new Error('A screen was drawn outside the wizard.')
  return view
}
