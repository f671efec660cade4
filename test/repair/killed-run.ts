/**
 * A run to be killed: `node killed-run.ts STATE_DIRECTORY helps|does-not-help|undo`. Its commands are all the
 * program `iptables` on PATH, which decides when this process dies.
 */

import {runCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import {openJournal} from '../../src/repair/journal/journal.ts'
import {recoverInterrupted, selectUndoable} from '../../src/repair/journal/undoable.ts'
import {undoEntries} from '../../src/repair/undo.ts'
import {collect, plannedStep, remedyOf} from './marks.ts'

const [directory = '', mode = ''] = process.argv.slice(2)
const signal = new AbortController().signal
const remedy = remedyOf([])
const steps = ['a', 'b'].map(chain => plannedStep(chain, remedy))

const journal = await openJournal(directory)
if (mode === 'undo') {
  const interrupted = await recoverInterrupted(directory)
  const entries = interrupted.length > 0 ? interrupted : await selectUndoable(directory, null)
  await collect(undoEntries({entries, journal, runCommand, signal}))
} else {
  const recheck = async () => {
    await runCommand(['iptables', 'recheck', 'all'])
    return {helped: mode === 'helps', reason: 'Still no answer.'}
  }
  await collect(applyRemedies({remedies: [{...remedy, steps}], journal, runCommand, recheck, signal}))
}
