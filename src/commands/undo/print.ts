import {commandLine, type Shell, shellOf, undoText} from '../../contract/command-line.ts'
import {printable, printableLine} from '../../lib/printable.ts'
import {type JournalEntry, standingSteps} from '../../repair/journal/entry.ts'
import type {Undoable} from '../../repair/journal/undoable.ts'
import type {Seen} from '../../repair/look-at-standing.ts'
import type {UndoEvent, UndoStepOutcome} from '../../repair/undo.ts'
import {minuteText} from '../../screens/ui/lines.ts'
import type {StandingChange} from '../../screens/undo/undo-choices.ts'

const STATES: Readonly<Record<Undoable['state'], string>> = {
  kept: 'in place',
  'left-over': 'could not be reverted',
  interrupted: 'half-applied by an interrupted run',
  running: 'being applied now',
}

/** What the host says, or the journal where the host does not tell. */
function conditionOf({state, rebooted, inPlace, lostAt}: Seen): string {
  const lost = lostAt === null ? 'no longer in place' : `lost at the reboot of ${minuteText(lostAt)}`
  switch (inPlace) {
    case 'none':
      return lost
    case 'part':
      return `${state === 'kept' ? '' : `${STATES[state]}; `}partly in place, the rest ${lost}`
    case 'all':
      return STATES[state]
    case null:
      return `${STATES[state]}${rebooted ? ', before the last reboot' : ''}`
  }
}

/** A standing entry as the screens show it. */
export function standingChange(seen: Seen, shell: Shell): StandingChange {
  const {entry} = seen
  return {
    id: entry.id,
    run: entry.runId,
    title: entry.remedy.title,
    at: entry.startedAt,
    condition: conditionOf(seen),
    commands: standingSteps(entry).map(step => undoText(step, shell)),
  }
}

/** What `undo --list` prints. */
export function listAsText(standing: readonly Seen[], shell: Shell): string {
  if (standing.length === 0) return 'There is nothing to undo.\n'
  return standing
    .map(seen => {
      const {entry} = seen
      return [
        `${entry.id}  ${entry.remedy.title}`,
        `  change ${entry.remedy.id}, ${entry.startedAt}, ${conditionOf(seen)}`,
        ...standingSteps(entry).map(step => `  undo: ${undoText(step, shell)}`),
        ...(entry.backups ?? []).map(({of, copy}) => `  copy of ${of} before the change: ${copy}`),
      ]
        .map(line => `${printable(line.replaceAll('\n', ' '))}\n`)
        .join('')
    })
    .join('')
}

export function listAsJson(standing: readonly Seen[]): string {
  const list = standing.map(({entry, state, rebooted, inPlace, lostAt}) => ({
    id: entry.id,
    run: entry.runId,
    remedy: entry.remedy.id,
    title: entry.remedy.title,
    at: entry.startedAt,
    state,
    rebooted,
    inPlace,
    lostAt,
    undo: standingSteps(entry).map(({undo}) => undo),
    backups: entry.backups ?? [],
  }))
  return `${JSON.stringify(list, null, 2)}\n`
}

/** What `undo --json` prints in the end. */
export function undoneAsJson(entries: readonly JournalEntry[], events: readonly UndoEvent[]): string {
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

/** One line for each thing that an undo did, safe for a terminal; null for events that need none. */
export function undoLine(event: UndoEvent): string | null {
  const line = lineOf(event)
  return line === null ? null : printableLine(line)
}

function lineOf(event: UndoEvent): string | null {
  switch (event.type) {
    case 'undo-started':
      return null
    case 'undo-waits':
      return `WAITING ${event.step.title}: a command of the interrupted run is still running (process ${event.processes.join(', ')}); waiting for up to ${event.atMostMs / 1_000} s`
    case 'undo-step-finished': {
      const {step, result} = event
      const shell = shellOf(process.platform)
      switch (result.outcome) {
        case 'undone':
          return `UNDONE  ${step.title}: ${undoText(step, shell)}`
        case 'already-removed': {
          const unseen = result.unexamined
            ? '; a changed copy may be in place, which could not be checked'
            : ''
          return `GONE    ${step.title}: already removed by somebody else${unseen}`
        }
        case 'still-needed':
          return `KEPT    ${step.title}: another fix needs it`
        case 'gone-since-reboot':
          return `GONE    ${step.title}: it did not survive the reboot`
        case 'changed':
          return `LEFT    ${step.title}: ${changedWords(result, shell)}`
        case 'failed':
          return `FAILED  ${step.title}: ${result.reason}; run this command yourself: ${undoText(step, shell)}`
      }
      break
    }
    case 'undo-finished':
      return event.result === 'undone'
        ? `Reverted: ${event.entry}`
        : `Not completely reverted: ${event.entry}`
  }
}

type Changed = Extract<UndoStepOutcome, {outcome: 'changed'}>

function changedWords({undone, left}: Changed, shell: Shell): string {
  const isMarked = left.length === 0 || left.some(({marked}) => marked)
  const what = undone
    ? 'reverted, but a copy of the change is still in place'
    : isMarked
      ? 'changed by somebody else, so not reverted and still in place'
      : 'already removed by somebody else, but another rule allows the same'
  const each = left.map(({text, remove}) => `\`${text}\`; to remove it, run: ${commandLine(remove, shell)}`)
  return each.length === 0 ? what : `${what}: ${each.join('; and ')}`
}
