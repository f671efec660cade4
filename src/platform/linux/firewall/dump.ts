import type {Command} from '../../../contract/remedy.ts'
import {type CommandResult, describeResult, type RunCommand} from '../../command.ts'

/** What one tool printed, or why that could not be had. `absent`: the tool is not installed. */
export type Dump =
  | {readonly kind: 'read'; readonly text: string}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unreadable'; readonly text: string | null; readonly reason: string}

/** Reading a hundred thousand rules takes seconds. In milliseconds. */
const TIMEOUT_MS = 30_000

/** Runs a program that prints rules. Trouble is data: an unreadable dump is never an empty one. */
export async function readDump(command: Command, run: RunCommand, signal?: AbortSignal): Promise<Dump> {
  const result = await run(command, {timeoutMs: TIMEOUT_MS, ...(signal ? {signal} : {})})
  if (result.kind === 'aborted') signal?.throwIfAborted()
  if (result.kind === 'not-found') return {kind: 'absent'}
  if (result.kind !== 'exited') return unreadable(command, result)
  return result.code === 0 ? {kind: 'read', text: result.stdout} : unreadable(command, result)
}

function unreadable(command: Command, result: CommandResult): Dump {
  const text = result.kind === 'exited' && result.stdout !== '' ? result.stdout : null
  return {kind: 'unreadable', text, reason: describeResult(command, result)}
}
