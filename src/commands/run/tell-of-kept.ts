import {Interrupted} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {printableLine} from '../../lib/printable.ts'

/**
 * Runs a repair; when it is ended from outside, says on stderr which change was reverted and which stay,
 * since no report will.
 *
 * @throws what the repair throws
 */
export async function tellingOfKept<T>(directory: string, repair: () => Promise<T>): Promise<T> {
  try {
    return await repair()
  } catch (error) {
    if (error instanceof Interrupted) await tellOfKept(directory)
    throw error
  }
}

async function tellOfKept(directory: string): Promise<void> {
  // Loaded only here: almost every run ends with its report.
  const [{readJournal}, {RUN_ENDED}, {thisProcess}, {listUndoable}] = await Promise.all([
    import('../../repair/journal/journal.ts'),
    import('../../repair/journal/entry.ts'),
    import('../../repair/journal/process-identity.ts'),
    import('../../repair/journal/undoable.ts'),
  ])
  const [standing, all, {pid}] = await Promise.all([
    listUndoable(directory),
    readJournal(directory),
    thisProcess(),
  ])
  const reverted = all.filter(entry => entry.process.pid === pid && entry.reason === RUN_ENDED).at(-1)
  if (reverted !== undefined)
    process.stderr.write(`The change under way was reverted: ${printableLine(reverted.remedy.title)}.\n`)
  const kept = standing.filter(({entry, state, rebooted}) => {
    return state === 'kept' && !rebooted && entry.process.pid === pid
  })
  if (kept.length === 0) return
  process.stderr.write(
    `Interrupted before the report; ${kept.map(({entry}) => entry.remedy.id).join(', ')} was verified and ` +
      `${kept.length === 1 ? 'stays' : 'stay'} in place; \`${ownCommandText('undo')}\` reverts ${kept.length === 1 ? 'it' : 'them'}.\n`,
  )
}
