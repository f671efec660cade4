import type {CheckOptions} from '../contract/check-options.ts'
import type {JsonValue} from '../contract/finding.ts'

export type OptionGroup = 'target' | 'path' | 'run' | 'output' | 'repair'

/** Options of a run that are no check's, and are repeated with it. */
export type RunFlags = {
  readonly only?: readonly string[] | null
  readonly skip?: readonly string[]
  readonly allowDisruptive?: boolean
  readonly confirmWithinMs?: number
  readonly strict?: boolean
  /** Whether it asks before it changes anything; `check` changes nothing. */
  readonly asks?: boolean
}

/** An option of the wizard, `check` and `fix`: how it is given, read, repeated, shown and asked for. */
export type Option = {
  /** Its name on the command line, without dashes, and in the config file. */
  readonly key: string
  /** As commander writes it: `--region <code>`; no argument means a switch. */
  readonly flags: string
  readonly help: string
  readonly group: OptionGroup
  /** Environment variables that stand in for the flag, the first that is set wins. */
  readonly environment?: readonly string[]
  /** Takes several values, separated by commas. */
  readonly isList?: true
  /** Switches and positions that make no sense in a file. */
  readonly notInConfig?: true
  /** The one command that takes it; left out where `check`, `fix` and the wizard do. */
  readonly takenBy?: 'check' | 'fix'
  /** What is trusted from there on. @throws InvalidValue, whose message completes the sentence "--flag …" */
  readonly read: (value: unknown) => unknown
  readonly byDefault: unknown
  /** Its value in a command line that repeats a run: true for a switch; null or false where it is left out. */
  readonly repeated?: (options: CheckOptions & RunFlags) => string | boolean | null | undefined
  /** Its part of the options in a report, without secrets; left out where none is shown. */
  readonly shown?: (options: CheckOptions) => Readonly<Record<string, JsonValue>>
  /** What the wizard asks where it is not given. */
  readonly asks?: string
}
