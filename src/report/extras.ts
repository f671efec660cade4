import type {Command} from '../contract/remedy.ts'

/** How a report is to look, and what a reader wants to know that is not part of it. */
export type Extras = {
  /** Width to wrap prose at; commands, rules and URLs are never broken. 80 unless given. */
  readonly columns?: number
  /** ANSI colours; none unless true. */
  readonly color?: boolean
  /** Glyphs beyond ASCII; none unless true. */
  readonly unicode?: boolean
  /** Every target with its own layers and summary. */
  readonly verbose?: boolean
  /** The command line that repeats the run unattended. */
  readonly repeat?: Command | null
  /** Print the commands of remedies that were not applied: the run was made to see them. */
  readonly plan?: boolean
}
