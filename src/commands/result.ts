import type {ExitCode} from '../exit-codes.ts'

/** What a command that only prints leaves behind: the result for stdout, remarks for stderr, both possibly empty. */
export type CommandResult = {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: ExitCode
}
