import {UserError} from '../../contract/errors.ts'
import {printableLine} from '../../lib/printable.ts'
import type {CommandResult} from './format.ts'

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

/** A document that is printed in pieces. */
export type OpenDocument = {
  /** Settles when the reader has taken it; that a reader has left is told where the run ends. */
  print(text: string): Promise<void>
  /** All of it is there. */
  finish(): Promise<void>
  /** It will not be finished: what stdout has got stays there, a file stays as it was. */
  discard(): Promise<void>
}

/**
 * Begins a document on stdout, or in the file of `--output`, which is replaced when all of it is there.
 *
 * @throws UserError, also later on, where the file cannot be written
 */
export async function openDocument({output, quiet = false}: DocumentFlags): Promise<OpenDocument> {
  if (output === undefined) {
    return {
      print: text => new Promise(done => process.stdout.write(text, () => done())),
      finish: async () => undefined,
      discard: async () => undefined,
    }
  }
  const {beginWhole} = await import('../write-whole.ts')
  const draft = await beginWhole(output)
  return {
    print: draft.write,
    async finish() {
      await draft.keep()
      if (!quiet) process.stderr.write(`Written to ${printableLine(output)}.\n`)
    },
    discard: draft.discard,
  }
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
  const {writeWhole} = await import('../write-whole.ts')
  await writeWhole(output, stdout)
  if (!quiet) process.stderr.write(`Written to ${printableLine(output)}.\n`)
}
