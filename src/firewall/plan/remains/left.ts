import type {Command} from '../../../contract/remedy.ts'
import type {Bound} from '../grammar/pattern.ts'

/** Something on the host that does what a step did, although the step is undone, or is not there any more. */
export type Left = {
  /** As the host shows it. */
  readonly text: string
  readonly remove: Command
  /** It carries the step's own mark; else it only lets the same through. */
  readonly marked: boolean
}

/** What was seen of the host; null for what could not be run or read. */
export type Seen = {readonly printed: readonly (string | null)[]; readonly files: readonly (string | null)[]}

/** How to find what remains of a step of one form. The commands only read. */
export type Looker = {
  readonly commands: (bound: Bound) => readonly Command[]
  readonly files: (bound: Bound) => readonly string[]
  readonly find: (seen: Seen, bound: Bound) => readonly Left[]
  /**
   * Whether what the step's question has found is still what the step has made: what `alreadyDone` prints, with a mark
   * the line that has it, or for a step that edits a file the file's text.
   */
  readonly isUnchanged?: (found: string, bound: Bound) => boolean
}

/** How a rule compares with the one that a step added: it accepts the same, or that and more. */
export type Likeness = 'same' | 'wider'

/** Whether a rule's comment is the step's own, whatever was added to it. */
export function isMarked(comment: string, {id, nth}: Bound): boolean {
  const [before, after] = comment.split(`drs-onboard:${id}${nth ?? ''}`, 2)
  return before !== undefined && after !== undefined && !/^[.\w]/.test(after)
}
