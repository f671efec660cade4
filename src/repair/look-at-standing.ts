import {uptime} from 'node:os'
import type {Remedy, Step} from '../contract/remedy.ts'
import type {RunCommand} from '../platform/process/command.ts'
import {standingSteps} from './journal/entry.ts'
import type {Undoable} from './journal/undoable.ts'
import {lookFor} from './remains.ts'
import {askPresence} from './run-step.ts'

/** An entry with what the host says of its change. */
export type Seen = Undoable & {
  /** `part`: of several steps some are gone. Null where the host does not tell, such as to a plain user. */
  readonly inPlace: 'all' | 'part' | 'none' | null
  /** ISO 8601, UTC: when the host was started, where that took all or a part of the change away. */
  readonly lostAt: string | null
}

/**
 * Asks the host for each change that the journal has as standing. One after the other: tables of rules have a lock. What
 * a run is changing at the moment is not asked for.
 */
export async function lookAtStanding(
  standing: readonly Undoable[],
  runCommand: RunCommand,
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  for (const undoable of standing) {
    const {entry, state, rebooted} = undoable
    const steps = state === 'running' ? [] : standingSteps(entry)
    const found: (boolean | null)[] = []
    for (const step of steps) found.push(await isInPlace(step, entry.remedy, rebooted, runCommand))
    const isLost = rebooted && steps.some((step, at) => found[at] === false && !step.persists)
    seen.push({...undoable, inPlace: summed(found), lostAt: isLost ? startedAt() : null})
  }
  return seen
}

async function isInPlace(
  step: Step,
  remedy: Remedy,
  rebooted: boolean,
  runCommand: RunCommand,
): Promise<boolean | null> {
  // Without a question to ask, a change that does not outlive a reboot is taken to be gone after one.
  if (step.alreadyDone === null) return rebooted && !step.persists ? false : null
  const {kind} = await askPresence(step, runCommand, lookFor(step, remedy))
  return kind === 'unknown' ? null : kind === 'present'
}

function summed(found: readonly (boolean | null)[]): Seen['inPlace'] {
  const known = found.filter(each => each !== null)
  if (known.length === 0) return null
  if (known.every(Boolean)) return known.length === found.length ? 'all' : null
  return known.some(Boolean) ? 'part' : known.length === found.length ? 'none' : null
}

/** To the second: the kernel tells for how long it has run. */
function startedAt(): string {
  const started = Math.round((Date.now() - uptime() * 1_000) / 1_000) * 1_000
  return new Date(started).toISOString()
}
