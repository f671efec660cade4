import type {CauseCode} from './cause-codes.ts'
import type {CheckId} from './checks.ts'

/** A program and its arguments, exactly as handed to the operating system: never a shell string. */
export type Command = readonly [program: string, ...args: string[]]

/** One change with its way back. All three commands are data, so that preview, apply and undo share them. */
export type Step = {
  readonly title: string
  readonly do: Command
  /** Handed to `do` on its standard input. */
  readonly input?: string | undefined
  /** `{handle}` in it stands for the number behind `# handle` on the line that `mark` finds. */
  readonly undo: Command
  /**
   * Exit code 0: the change is in place; 1: it is not; anything else: cannot tell, which stops the step. Null where
   * nothing can be asked (the step then always runs).
   */
  readonly alreadyDone: Command | null
  /**
   * For a program whose exit code does not tell: with exit code 0, the change is in place exactly if `alreadyDone`
   * prints a line that contains this text.
   */
  readonly mark?: string | undefined
  /** The file that the step edits; it is copied beside the journal before. Where it is missing, so is the change. */
  readonly edits?: string | undefined
  /**
   * Reads the file that the step edits as the next boot will, and changes nothing. Unless it ends with exit code 0
   * before `do`, nothing is edited; unless it does so after `do`, the step has failed.
   */
  readonly test?: Command | undefined
  /** Writes down for the next boot what the steps before it do; done only once those have been proved to help. */
  readonly lasting?: boolean | undefined
  /**
   * A directory with a `*.rules` file for each fix that this step serves. It is not undone while another fix has one
   * there; the last one to go undoes it, no matter which did it.
   */
  readonly sharedIn?: string | undefined
  /** Run once the step is undone. That it fails does not count. */
  readonly afterUndo?: Command | undefined
  /**
   * Tries what the step has written as the next boot will, and changes nothing. Exit code 0: it works; 1: it does not,
   * which fails the step; anything else: not verified, so that it is not reported as persistent.
   */
  readonly verify?: Command | undefined
  /** Whether the change survives a reboot. */
  readonly persists: boolean
}

export type Remedy = {
  /** Unique within a host; the comment of every rule that the remedy adds carries it. */
  readonly id: string
  readonly title: string
  readonly why: string
  readonly check: CheckId
  readonly fixes: CauseCode
  /** `disruptive`: overrides something that was forbidden on purpose; asked for separately, default no. */
  readonly risk: 'additive' | 'disruptive'
  readonly steps: readonly Step[]
  /** One sentence: how to make it last, where no step does. */
  readonly lastingAdvice?: string | undefined
  /** Steps that make it last by a unit of this tool's own; among its steps only with consent to that. */
  readonly unitSteps?: readonly Step[] | undefined
  /** What its steps change, as the planner simulates it; for people to look at before they agree. */
  readonly preview?: readonly Preview[] | undefined
}

/** The rules of one chain, the fields of one rule or the lines of one file, before and after a remedy. */
export type Preview = {
  /** `chain OUTPUT, table filter (iptables-nft, ip)`, or a file's path. */
  readonly of: string
  /** As a unified diff: `@@ … @@`, then lines that begin with a blank, `-` or `+`. In a chain, line n is rule n. */
  readonly lines: readonly string[]
}

/** The steps in the order in which they are done: those that open, and once these are proved, those that last. */
export function stepsInOrder({steps}: Remedy): {
  readonly now: readonly Step[]
  readonly onceProved: readonly Step[]
} {
  return {now: steps.filter(({lasting}) => !lasting), onceProved: steps.filter(({lasting}) => lasting)}
}

/** Whether a remedy outlives a reboot: a rule in the kernel does not, the same rule in its manager's file does. */
export function persists({steps, lastingAdvice}: Remedy): boolean {
  return (
    lastingAdvice === undefined && (steps.some(step => step.lasting) || steps.every(step => step.persists))
  )
}

export type Plan = {readonly remedies: readonly Remedy[]}
