import {type Shell, undoText} from '../contract/command-line.ts'
import {type JournalEntry, standingSteps} from '../engine/repair/journal-entry.ts'
import type {Seen} from '../engine/repair/look-at-standing.ts'
import type {UndoEvent} from '../engine/repair/undo.ts'
import type {Undoable} from '../engine/repair/undoable.ts'
import {printable} from '../report/printable.ts'
import {minuteText} from '../screens/parts/minute-text.ts'
import type {StandingChange} from '../screens/undo/undo-choices.ts'

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
