import {shellOf, undoText} from '../contract/command-line.ts'
import {openJournal} from '../engine/repair/journal.ts'
import {type JournalEntry, standingSteps} from '../engine/repair/journal-entry.ts'
import {acquireLock, requireNoRun} from '../engine/repair/lock.ts'
import {prune} from '../engine/repair/prune.ts'
import {stateDirectory} from '../engine/repair/state-directory.ts'
import {type UndoEvent, undoEntries} from '../engine/repair/undo.ts'
import {listUndoable, selectUndoable, type Undoable} from '../engine/repair/undoable.ts'
import {UserError} from '../errors.ts'
import {EXIT, type ExitCode} from '../exit-codes.ts'
import {resolveOptions} from '../options/resolve.ts'
import {runCommand} from '../platform/command.ts'
import {askYesNo} from './ask-yes-no.ts'
import {untilSignal} from './signals.ts'
import {undoLine} from './undo-lines.ts'

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
    const standing = await listUndoable(directory)
    process.stdout.write(json ? listAsJson(standing) : listAsText(standing))
    return EXIT.ready
  }
  const entries = await selectUndoable(directory, id)
  await requireNoRun(directory)
  if (entries.length === 0) {
    process.stdout.write(json ? '{"undone": []}\n' : 'There is nothing to undo.\n')
    return EXIT.ready
  }
  if (!yes && !(await confirmed(entries, prompt && !json))) {
    process.stdout.write('Nothing was changed.\n')
    return EXIT.ready
  }
  return untilSignal(signal => takeBack(directory, id, json, signal))
}

async function takeBack(
  directory: string,
  id: string | null,
  json: boolean,
  signal: AbortSignal,
): Promise<ExitCode> {
  const lock = await acquireLock(directory)
  try {
    // Selected anew under the lock: another run may have been at work meanwhile.
    const entries = await selectUndoable(directory, id)
    const journal = await openJournal(directory)
    const events: UndoEvent[] = []
    for await (const event of undoEntries({entries, journal, runCommand, signal})) {
      events.push(event)
      const line = undoLine(event)
      if (line !== null && !json) process.stdout.write(`${line}\n`)
    }
    if (json) process.stdout.write(undoneAsJson(entries, events))
    await prune(directory)
    const failed = events.some(event => event.type === 'undo-finished' && event.result === 'failed')
    return failed ? EXIT.remedyFailed : EXIT.ready
  } finally {
    await lock.release()
  }
}

async function confirmed(entries: readonly JournalEntry[], mayAsk: boolean): Promise<boolean> {
  if (!mayAsk || !process.stdin.isTTY) {
    throw new UserError('undo changes the firewall and cannot ask here; add --yes to take the changes back.')
  }
  for (const entry of entries) {
    const {id, remedy} = entry
    process.stderr.write(`${id}  ${remedy.title}\n`)
    for (const step of standingSteps(entry)) process.stderr.write(`  ${undoText(step, SHELL)}\n`)
  }
  return askYesNo('Take this back?')
}

const STATES: Readonly<Record<Undoable['state'], string>> = {
  kept: 'in place',
  'left-over': 'could not be taken back',
  interrupted: 'half-applied by a run that was interrupted',
  running: 'being applied now',
}

function listAsText(standing: readonly Undoable[]): string {
  if (standing.length === 0) return 'There is nothing to undo.\n'
  return standing
    .map(({entry, state, rebooted}) =>
      [
        `${entry.id}  ${entry.remedy.title}`,
        `  remedy ${entry.remedy.id}, ${entry.startedAt}, ${STATES[state]}${rebooted ? ', before the last reboot' : ''}`,
        ...standingSteps(entry).map(step => `  undo: ${undoText(step, SHELL)}`),
        ...(entry.backups ?? []).map(({of, copy}) => `  copy of ${of} as it was before: ${copy}`),
        '',
      ].join('\n'),
    )
    .join('')
}

function listAsJson(standing: readonly Undoable[]): string {
  const list = standing.map(({entry, state, rebooted}) => ({
    id: entry.id,
    run: entry.runId,
    remedy: entry.remedy.id,
    title: entry.remedy.title,
    at: entry.startedAt,
    state,
    rebooted,
    undo: standingSteps(entry).map(({undo}) => undo),
    backups: entry.backups ?? [],
  }))
  return `${JSON.stringify(list, null, 2)}\n`
}

function undoneAsJson(entries: readonly JournalEntry[], events: readonly UndoEvent[]): string {
  const undone = entries.map(({id, remedy}) => ({
    id,
    remedy: remedy.id,
    result:
      events.filter(event => event.type === 'undo-finished').find(({entry}) => entry === id)?.result ?? null,
    steps: events.flatMap(event =>
      event.type === 'undo-step-finished' && event.entry === id
        ? [{undo: event.step.undo, ...event.result}]
        : [],
    ),
  }))
  return `${JSON.stringify({undone}, null, 2)}\n`
}
