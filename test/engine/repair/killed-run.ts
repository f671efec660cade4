/**
 * A run to be killed: `node killed-run.ts STATE_DIRECTORY helps|does-not-help|undo`. Its commands are all the
 * program `change` on PATH, which decides when this process dies.
 */
import type {Command} from '../../../src/contract/remedy.ts'
import {applyRemedies} from '../../../src/engine/repair/apply.ts'
import {openJournal} from '../../../src/engine/repair/journal.ts'
import {undoEntries} from '../../../src/engine/repair/undo.ts'
import {recoverInterrupted, selectUndoable} from '../../../src/engine/repair/undoable.ts'
import {runCommand} from '../../../src/platform/command.ts'
import {collect, remedyOf} from './marks.ts'

const [directory = '', mode = ''] = process.argv.slice(2)
const signal = new AbortController().signal
const change = (verb: string, name: string): Command => ['change', verb, name]
const steps = ['a', 'b'].map(name => ({
  title: name,
  do: change('do', name),
  undo: change('undo', name),
  alreadyDone: change('has', name),
  persists: false,
}))

const journal = await openJournal(directory)
if (mode === 'undo') {
  const interrupted = await recoverInterrupted(directory)
  const entries = interrupted.length > 0 ? interrupted : await selectUndoable(directory, null)
  await collect(undoEntries({entries, journal, runCommand, signal}))
} else {
  const recheck = async () => {
    await runCommand(change('recheck', 'all'))
    return {helped: mode === 'helps', reason: 'Still no answer.'}
  }
  await collect(applyRemedies({remedies: [remedyOf(steps)], journal, runCommand, recheck, signal}))
}
