import type {Command} from '../../../contract/remedy.ts'
import {describeResult, type RunCommand} from '../../command.ts'

/** What a program printed about the firewall; `text` null and no reason: the program is not installed. */
export type Dump = {readonly text: string | null; readonly unreadable: string | null}

export const ABSENT: Dump = {text: null, unreadable: null}

export type DumpReader = (command: Command) => Promise<Dump>

/**
 * Runs programs that print rules. Nothing that failed, and nothing empty that only root may read, is ever taken for
 * "no rules".
 */
export function createDumpReader(run: RunCommand, isRoot: boolean, signal?: AbortSignal): DumpReader {
  return async command => {
    const result = await run(command, signal ? {signal} : {})
    if (result.kind === 'not-found') return ABSENT
    if (result.kind !== 'exited') return {text: null, unreadable: describeResult(command, result)}
    const text = result.stdout
    if (!isRoot && (result.code !== 0 || text.trim() === ''))
      return {text: null, unreadable: `\`${command.join(' ')}\` needs root; run again with sudo`}
    if (result.code !== 0) return {text: text || null, unreadable: describeResult(command, result)}
    return {text, unreadable: null}
  }
}
