import {existsSync} from 'node:fs'
import {shellOf, undoText} from '../../contract/command-line.ts'
import {UserError} from '../../contract/errors.ts'
import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {resolveOptions} from '../../options/resolve.ts'
import {runCommand} from '../../platform/process/command.ts'
import {holdStop} from '../../platform/process/hold-stop.ts'
import {type JournalEntry, standingSteps} from '../../repair/journal/entry.ts'
import {openJournal} from '../../repair/journal/journal.ts'
import {acquireLock, requireNoRun} from '../../repair/journal/lock.ts'
import {prune} from '../../repair/journal/prune.ts'
import {stateDirectory} from '../../repair/journal/state-directory.ts'
import {listUndoable, selectEntries, selectUndoable} from '../../repair/journal/undoable.ts'
import {lookAtStanding} from '../../repair/look-at-standing.ts'
import {type UndoEvent, undoEntries} from '../../repair/undo.ts'
import {askYesNo} from '../ask-yes-no.ts'
import {untilSignal} from '../signals.ts'
import {wantsLinearText} from '../terminal.ts'
import {listAsJson, listAsText, standingChange, undoLine, undoneAsJson} from './print.ts'

const SHELL = shellOf(process.platform)

/** `drs-onboard undo [ID]` and `undo --list`. */
export async function undoCommand(
  id: string | null,
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const {yes, prompt, format} = await resolveOptions(flags, {})
  const json = format === 'json'
  const directory = stateDirectory(environment)
  if (flags.list) {
    const standing = await untilSignal(async () => lookAtStanding(await listUndoable(directory), runCommand))
    process.stdout.write(json ? listAsJson(standing) : listAsText(standing, SHELL))
    if (standing.length === 0) tellOfOther(directory)
    return EXIT.ready
  }
  const entries = await selectUndoable(directory, id)
  await requireNoRun(directory)
  if (entries.length === 0) {
    process.stdout.write(json ? '{"undone": []}\n' : 'There is nothing to undo.\n')
    tellOfOther(directory)
    return EXIT.ready
  }
  const all = () => selectUndoable(directory, id)
  const select = yes ? all : await agreedTo(directory, entries, {id, mayAsk: prompt && !json, environment})
  if (select === null) {
    process.stdout.write('Nothing was changed.\n')
    return EXIT.ready
  }
  return untilSignal(signal => holdStop(() => takeBack(directory, select, json, signal)))
}

function tellOfOther(directory: string): void {
  const told = otherJournal(directory)
  if (told !== null) process.stderr.write(`${told}\n`)
}

type Select = () => Promise<readonly JournalEntry[]>

type Asking = {
  readonly id: string | null
  readonly mayAsk: boolean
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Asks what to revert; null for nothing. An id has said what, so that only yes or no is left to ask; in linear text
 * the last run is asked for as a whole.
 */
async function agreedTo(
  directory: string,
  entries: readonly JournalEntry[],
  {id, mayAsk, environment}: Asking,
): Promise<Select | null> {
  const {stdin, stdout, stderr} = process
  if (!mayAsk || !stdin.isTTY) {
    throw new UserError('undo changes the firewall and cannot ask here; add --yes to revert the changes.')
  }
  if (id !== null || !stdout.isTTY || wantsLinearText(false, environment)) {
    return (await confirmed(entries)) ? () => selectUndoable(directory, id) : null
  }
  const [{askWhatToUndo}, standing] = await Promise.all([
    import('../../screens/index.ts'),
    listUndoable(directory).then(undoable => lookAtStanding(undoable, runCommand)),
  ])
  const changes = standing.filter(({state}) => state !== 'running').map(one => standingChange(one, SHELL))
  const ids = await untilSignal(signal => askWhatToUndo(changes, SHELL, {stdin, stdout, stderr, signal}))
  return ids && (() => selectEntries(directory, ids))
}

async function takeBack(
  directory: string,
  select: Select,
  json: boolean,
  signal: AbortSignal,
): Promise<ExitCode> {
  const lock = await acquireLock(directory)
  try {
    // Selected again under the lock: another run may have been at work meanwhile.
    const entries = await select()
    const journal = await openJournal(directory)
    const events: UndoEvent[] = []
    for await (const event of undoEntries({entries, journal, runCommand, signal})) {
      events.push(event)
      const line = undoLine(event)
      if (line !== null && !json) process.stdout.write(`${line}\n`)
    }
    if (json) process.stdout.write(undoneAsJson(entries, events))
    await prune(directory)
    const failed = events.some(event => event.type === 'undo-finished' && event.result !== 'undone')
    return failed ? EXIT.remedyFailed : EXIT.ready
  } finally {
    await lock.release()
  }
}

async function confirmed(entries: readonly JournalEntry[]): Promise<boolean> {
  for (const entry of entries) {
    const {id, remedy} = entry
    process.stderr.write(`${id}  ${remedy.title}\n`)
    for (const step of standingSteps(entry)) process.stderr.write(`  ${undoText(step, SHELL)}\n`)
  }
  return askYesNo('Revert these changes?')
}

/**
 * What a user other than root is told where there is nothing to undo: root's changes are in a journal of root's own. Null
 * where that is the one which was looked at, or there is none.
 */
export function otherJournal(
  directory: string,
  user: number | null = process.getuid?.() ?? null,
  ofRoot: string = stateDirectory({}, 0),
): string | null {
  if (user === null || user === 0 || directory === ofRoot || !existsSync(ofRoot)) return null
  return `Changes made as root are in root's journal: \`sudo ${ownCommandText('undo', '--list')}\`.`
}
