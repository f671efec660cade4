import {ownCommandText} from '../contract/own-command.ts'
import type {JournalEntry} from '../engine/repair/journal-entry.ts'
import {UserError} from '../errors.ts'
import {printableLine} from '../report/printable.ts'
import {interruptedEntries} from './interrupted-entries.ts'

/** Says on stderr that a run died half-way, for commands that change nothing themselves. */
export async function warnOfInterrupted(directory: string): Promise<void> {
  try {
    const entries = await interruptedEntries(directory)
    if (entries.length === 0) return
    process.stderr.write(
      `An earlier run was interrupted, and ${entries.map(describe).join(', ')}; ` +
        `revert it with \`${ownCommandText('undo')}\`.\n`,
    )
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    // What cannot be read matters to `fix` and `undo`, which refuse to work; a check can still be made.
    process.stderr.write(`${printableLine(error.message)}\n`)
  }
}

function describe({remedy, result}: JournalEntry): string {
  return `${remedy.id} is ${result === 'kept' ? 'in place' : 'half-applied'}`
}
