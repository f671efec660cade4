import {type ScreenTerminal, showOnTerminal} from './show-on-terminal.ts'
import {Wizard} from './wizard.tsx'
import type {WizardHost, WizardResult} from './wizard-host.ts'

/** With its `signal`, a repair under way is stopped, its last change reverted, and waited for. */
export type WizardTerminal = ScreenTerminal

/**
 * Shows the wizard on a terminal and resolves when the user has gone through it or left. Prints no summary: on success
 * the frame is cleared, and the caller writes the report into the scrollback.
 *
 * @throws Interrupted on Ctrl-C, on the end of input, and for an aborted `signal` (then its reason).
 * @throws whatever a method of the host throws.
 */
export function runWizard(host: WizardHost, terminal: WizardTerminal): Promise<WizardResult> {
  const {signal} = terminal
  return showOnTerminal(<Wizard host={host} {...(signal && {signal})} />, terminal)
}
