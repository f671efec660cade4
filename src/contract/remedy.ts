import type {CauseCode} from './cause-codes.ts'
import type {CheckId} from './check-ids.ts'

/** A program and its arguments, exactly as handed to the operating system: never a shell string. */
export type Command = readonly [program: string, ...args: string[]]

/** One change with its way back. All three commands are data, so that preview, apply and undo share them. */
export type Step = {
  readonly title: string
  readonly do: Command
  readonly undo: Command
  /**
   * Exit code 0: the change is in place; 1: it is not; anything else: cannot tell, which stops the step. Null where
   * nothing can be asked (the step then always runs).
   */
  readonly alreadyDone: Command | null
  /** Whether the change outlives a reboot. */
  readonly persists: boolean
}

export type Remedy = {
  /** Unique within a host; the comment of every rule that the remedy adds carries it. */
  readonly id: string
  readonly title: string
  readonly why: string
  readonly check: CheckId
  readonly fixes: CauseCode
  /** `disruptive`: overrides something that was forbidden on purpose; asked for by itself, default no. */
  readonly risk: 'additive' | 'disruptive'
  readonly steps: readonly Step[]
}

export type Plan = {readonly remedies: readonly Remedy[]}
