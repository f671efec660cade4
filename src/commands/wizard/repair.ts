import type {Plan} from '../../contract/remedy.ts'
import type {Event} from '../../engine/events.ts'
import type {CheckRun} from '../../engine/run-checks.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import {runCommand} from '../../platform/process/command.ts'
import {type Journal, openJournal} from '../../repair/journal/journal.ts'
import {acquireLock} from '../../repair/journal/lock.ts'
import {prune} from '../../repair/journal/prune.ts'
import {prepareStateDirectory} from '../../repair/journal/state-directory.ts'
import {recoverInterrupted} from '../../repair/journal/undoable.ts'
import {repairAndCheck} from '../../repair/repair-run.ts'
import {undoEntries} from '../../repair/undo.ts'
import {createGuard} from '../run/arm-guard.ts'
import {undoLine} from '../undo/print.ts'

/**
 * Applies the chosen remedies of a session's plan, and checks again. Holds the lock meanwhile.
 *
 * @param journalOf the wizard's one journal, so that one undo reverts all that the wizard changed
 */
export async function* applyChosen(
  directory: string,
  journalOf: () => Promise<Journal>,
  run: CheckRun,
  session: Session,
  {remedyIds, confirmWithinMs}: {readonly remedyIds: readonly string[]; readonly confirmWithinMs: number},
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  const plan: Plan = session.plan ?? {remedies: []}
  const remedies = plan.remedies.filter(({id}) => remedyIds.includes(id))
  await prepareStateDirectory(directory)
  const lock = await acquireLock(directory)
  try {
    await prune(directory)
    const journal = await journalOf()
    const guard = createGuard(directory, confirmWithinMs)
    yield* repairAndCheck({run, plan, remedies, findings: findingsOf(session), journal, guard}, signal)
  } finally {
    await lock.release()
  }
}

/** Reverts what runs that died half-way left behind; reports what was done, a line each. */
export async function undoAllInterrupted(
  directory: string,
  signal: AbortSignal,
): Promise<{readonly ok: boolean; readonly message: string}> {
  const lock = await acquireLock(directory)
  try {
    // Read again under the lock: another run may have reverted them meanwhile.
    const entries = await recoverInterrupted(directory)
    const journal = await openJournal(directory)
    const lines: string[] = []
    let ok = true
    for await (const event of undoEntries({entries, journal, runCommand, signal})) {
      const line = undoLine(event)
      if (line !== null) lines.push(line)
      if (event.type === 'undo-finished' && event.result !== 'undone') ok = false
    }
    return {ok, message: lines.join('\n')}
  } finally {
    await lock.release()
  }
}
