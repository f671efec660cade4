import type {CommandResult, RunCommand} from '../process/command.ts'
import {consoleCodePage, decodeConsole} from './console-text.ts'

let codePage: Promise<number | null> | undefined

/**
 * What a console program of Windows printed, as text.
 * @param result its streams have one character for each byte
 * @param run starts `reg.exe` where there is more than ASCII, to learn the code page, which it does once
 */
export async function decodedOutput(result: CommandResult, run: RunCommand): Promise<CommandResult> {
  switch (result.kind) {
    case 'exited':
      return {...result, stdout: await decoded(result.stdout, run), stderr: await decoded(result.stderr, run)}
    case 'killed':
      return {...result, stderr: await decoded(result.stderr, run)}
    default:
      return result
  }
}

async function decoded(bytes: string, run: RunCommand): Promise<string> {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  codePage ??= consoleCodePage(run)
  return decodeConsole(bytes, await codePage)
}
