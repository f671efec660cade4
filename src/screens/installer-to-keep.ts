import {findingsOf} from '../engine/session.ts'
import type {FlowState} from './flow-state.ts'
import type {WizardHost} from './wizard-host.ts'

/** File name of the installer that this run has verified and that is in no file yet; null where there is none. */
export function installerToKeep({session}: Pick<FlowState, 'session'>, host: WizardHost): string | null {
  const verified = findingsOf(session).some(
    ({check, status, evidence}) =>
      check === 'installer-download' && status === 'pass' && (evidence.storedAs ?? null) === null,
  )
  return verified ? host.heldInstaller() : null
}
