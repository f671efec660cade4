import {render} from 'ink'
import {KeySource, type TerminalInput} from './keys/key-source.ts'
import {screenOutput} from './screen-output.ts'
import {hasUnicode} from './theme.ts'
import {Wizard} from './wizard.tsx'
import type {WizardHost, WizardResult} from './wizard-host.ts'

export type WizardTerminal = {
  readonly stdin: TerminalInput
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Ends the wizard with its reason. A repair under way is stopped, its last change taken back, and waited for. */
  readonly signal?: AbortSignal
}

/** A key is answered within one of these. What moves by itself is paced where it begins: `useSpinner` and `useRun`. */
const MAX_FRAMES_PER_SECOND = 60

/** Removes the echo of keys that were typed while the program was loading, so that the first frame begins a row. */
const CLEAR_ECHO = '\r\u001B[K'

/**
 * Shows the wizard on a terminal and resolves when the user has gone through it or left. Prints no summary: on success
 * the frame is cleared, and the caller writes the report into the scrollback.
 *
 * @throws Interrupted on Ctrl-C, on the end of input, and for an aborted `signal` (then its reason).
 * @throws whatever a method of the host throws.
 */
export async function runWizard(host: WizardHost, terminal: WizardTerminal): Promise<WizardResult> {
  const {stdin, stdout, stderr, signal} = terminal
  const keys = new KeySource(stdin)
  // Before the first frame: what the terminal echoes under a frame moves the cursor that the next frame starts from.
  keys.setRawMode(true)
  stdout.write(CLEAR_ECHO)
  const {output, release} = screenOutput(stdout, {unicode: hasUnicode, forgetFrame: () => app.clear()})
  const app = render(<Wizard host={host} {...(signal && {signal})} />, {
    stdin: keys,
    stdout: output,
    stderr,
    exitOnCtrlC: false,
    // The caller has found terminals on both sides; a CI variable in an operator's shell must not silence the wizard.
    interactive: true,
    incrementalRendering: true,
    maxFps: MAX_FRAMES_PER_SECOND,
    patchConsole: true,
  })
  try {
    return (await app.waitUntilExit()) as WizardResult
  } finally {
    app.unmount()
    release()
    keys.setRawMode(false)
    keys.destroy()
  }
}
