/**
 * A run to be killed: `node killed-run.ts STATE_DIRECTORY helps|does-not-help|undo`. Its commands are all the
 * program `iptables` on PATH, which decides when this process dies.
 */
import {applyRemedies} from '../../../src/engine/repair/apply.ts'
import {openJournal} from '../../../src/engine/repair/journal.ts'
import {undoEntries} from '../../../src/engine/repair/undo.ts'
import {recoverInterrupted, selectUndoable} from '../../../src/engine/repair/undoable.ts'
import {runCommand} from '../../../src/platform/command.ts'
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
