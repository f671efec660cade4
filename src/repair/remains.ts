import {realpath} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {Command, Remedy, Step} from '../contract/remedy.ts'
import {knownStep} from '../firewall/plan/grammar/forms.ts'
import type {Bound} from '../firewall/plan/grammar/pattern.ts'
import type {Left, Looker} from '../firewall/plan/remains/left.ts'
import {lookerFor} from '../firewall/plan/remains/lookers.ts'
import {LIMIT, readSystemFile} from '../platform/files/read.ts'
import {distrustOfDirectory} from '../platform/files/trust.ts'
import {type RunCommand, succeeded} from '../platform/process/command.ts'

export type {Left} from '../firewall/plan/remains/left.ts'

/** What tells a step's own change from what others have made of it since. */
export type Look = {
  /** @param found what the step's question has printed, or with a mark its line */
  isUnchanged(found: string): Promise<boolean>
  /**
   * What is on the host of the step's change, or lets the same through, wherever that is; without the files that other
   * steps of the remedy edit, which are theirs to undo. Null where none of it could be looked at.
   */
  remains(runCommand: RunCommand): Promise<readonly Left[] | null>
}

/** @returns null for a step of which nothing else can remain */
export function lookFor(step: Step, remedy: Remedy): Look | null {
  const known = knownStep(step, remedy.id)
  const looker = known && lookerFor(known.form)
  if (!known || !looker) return null
  const {bound} = known
  return {
    async isUnchanged(found) {
      if (!looker.isUnchanged) return true
      const text = step.edits === undefined ? found : await textOf(step.edits)
      return text === null || looker.isUnchanged(text, bound)
    },
    remains: runCommand => look(looker, bound, step, remedy, runCommand),
  }
}

async function look(
  looker: Looker,
  bound: Bound,
  step: Step,
  {steps}: Remedy,
  runCommand: RunCommand,
): Promise<readonly Left[] | null> {
  const printed: (string | null)[] = []
  for (const command of looker.commands(bound)) printed.push(await outputOf(command, runCommand))
  const others = new Set(steps.filter(other => other !== step).map(({edits}) => edits))
  const files: (string | null)[] = []
  for (const path of looker.files(bound)) files.push(others.has(path) ? null : await textOf(path))
  const isBlind = printed.length > 0 && printed.every(text => text === null)
  const left = looker.find({printed, files}, bound)
  return isBlind && left.length === 0 ? null : left
}

async function outputOf(command: Command, runCommand: RunCommand): Promise<string | null> {
  const result = await runCommand(command, {timeoutMs: LOOK_MS})
  return succeeded(result) ? result.stdout : null
}

/** `firewall-cmd` and `ufw` are Python programs, which a busy server starts slowly. */
const LOOK_MS = 30_000

async function textOf(path: string): Promise<string | null> {
  return readSystemFile(path, {limit: LIMIT.rules}).catch(() => null)
}

/**
 * Why a file is not edited: another user could have it lead elsewhere.
 * @returns a clause; null where nothing is against it
 */
export async function distrustOfEdit(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => path)
  const distrust = await distrustOfDirectory(dirname(real)).catch(() => null)
  return distrust === null || distrust === 'absent' ? null : `${distrust.path} ${distrust.because}`
}
