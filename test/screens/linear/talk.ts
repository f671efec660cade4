import {PassThrough} from 'node:stream'
import {setImmediate} from 'node:timers/promises'
import {expect, vi} from 'vitest'
import type {WizardResult} from '../../../src/screens/flow/wizard-host.ts'
import {runLinearWizard} from '../../../src/screens/linear/run-linear-wizard.ts'
import {type Script, type ScriptedHost, scriptedHost} from '../scripted-host.ts'

export type Talk = {
  readonly host: ScriptedHost
  readonly ended: Promise<WizardResult>
  readonly input: PassThrough
  /** All that was printed. */
  printed(): string
  /** All that was printed, with what was typed where the terminal would have echoed it. */
  transcript(): string
  /** Waits for a prompt or any other text after what was waited for before; then types a line. */
  at(text: string, line?: string): Promise<void>
}

/** The linear wizard with a scripted host, its lines typed and read. */
export function talk(script: Script = {}, signal?: AbortSignal): Talk {
  const host = scriptedHost(script)
  const input = new PassThrough()
  let printed = ''
  let transcript = ''
  let seen = 0
  const stdout = {
    columns: 1_000,
    write(text: string) {
      printed += text
      transcript += text
    },
  }
  const ended = runLinearWizard(host, {stdin: input, stdout, signal})
  ended.catch(() => {})
  return {
    host,
    ended,
    input,
    printed: () => printed,
    transcript: () => transcript,
    async at(text, line) {
      await vi.waitFor(() => expect(printed.slice(seen)).toContain(text), {timeout: 4_000})
      seen = printed.indexOf(text, seen) + text.length
      if (line === undefined) return
      // A question that was asked has to be read in full before it is answered.
      await setImmediate()
      transcript += `${line}\n`
      input.write(`${line}\n`)
      await setImmediate()
    },
  }
}
