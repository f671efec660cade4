import {UserError} from '../errors.ts'
import {printableLine} from '../report/printable.ts'
import type {CommandResult} from './result.ts'

/** The options of every command that prints a document, as the command line has them. */
export type DocumentFlags = {
  readonly format?: string
  readonly json?: boolean
  readonly output?: string
  readonly quiet?: boolean
}

/**
 * The format that `--format` or `--json` ask for; undefined where neither is given.
 *
 * @throws UserError where they contradict each other
 */
export function askedFormat({format, json}: DocumentFlags): string | undefined {
  if (!json) return format
  if (format !== undefined && format !== 'json') {
    throw new UserError(`--json and --format ${JSON.stringify(format)} exclude each other; use only one.`)
  }
  return 'json'
}

/** Prints a result to stdout or into the file of `--output`, and its remarks to stderr unless `--quiet` is given. */
export async function deliverDocument(
  {stdout, stderr}: Pick<CommandResult, 'stdout' | 'stderr'>,
  {output, quiet = false}: DocumentFlags,
): Promise<void> {
  if (!quiet) process.stderr.write(stderr)
  if (output === undefined) {
    process.stdout.write(stdout)
    return
  }
  const {writeWhole} = await import('./write-whole.ts')
  await writeWhole(output, stdout)
  if (!quiet) process.stderr.write(`Written to ${printableLine(output)}.\n`)
}
