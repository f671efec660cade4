import {Console} from 'node:console'
import {setImmediate} from 'node:timers/promises'
import type {WizardResult} from '../../src/screens/flow/wizard-host.ts'
import {runWizard, type WizardTerminal} from '../../src/screens/wizard.tsx'
import {FakeInput, FakeOutput} from './fake-terminal.ts'
import {type Script, type ScriptedHost, scriptedHost} from './scripted-host.ts'
import {KEY} from './walk.tsx'

/** Ink replaces the console's methods by those of a `Console` of its own; the test runner's console lacks the class. */
export const terminalConsole: Console = Reflect.get(globalThis, 'console')
Object.assign(terminalConsole, {Console})

export type TerminalOptions = Pick<WizardTerminal, 'signal'> & {
  readonly columns?: number
  readonly rows?: number
  readonly input?: FakeInput
  /** What happens on the terminal before the wizard takes it. */
  readonly before?: (output: FakeOutput) => void
}

export type OnTerminal = {
  readonly input: FakeInput
  readonly output: FakeOutput
  readonly host: ScriptedHost
  readonly ended: Promise<WizardResult>
  /** Waits for the end, and until the emulator has drawn it. */
  finish(): Promise<WizardResult>
  shows(...texts: readonly string[]): Promise<void>
}

const running: OnTerminal[] = []

/** `runWizard` with a scripted host, on an emulated terminal. */
export function run(
  script: Script = {},
  {columns, rows, input = new FakeInput(), before, ...options}: TerminalOptions = {},
): OnTerminal {
  const output = new FakeOutput(columns, rows)
  before?.(output)
  const host = scriptedHost(script)
  const ended = runWizard(host, {
    stdin: input,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: new FakeOutput() as unknown as NodeJS.WriteStream,
    ...options,
  })
  ended.catch(() => {})
  const finish = async () => {
    const result = await ended
    await setImmediate()
    return result
  }
  const wizard = {input, output, host, ended, finish, shows: output.shows.bind(output)}
  running.push(wizard)
  return wizard
}

export function remediate(script: Script = {}, options: TerminalOptions = {}): OnTerminal {
  return run({mode: 'remediate', ...script}, options)
}

/** Ends what a test has left running. */
export async function endAll(): Promise<void> {
  for (const {input, ended} of running.splice(0)) {
    input.write(KEY.ctrlC)
    input.write(KEY.ctrlC)
    await ended.catch(() => {})
    input.destroy()
  }
}
