import {flushed} from './end-process.ts'
import {EXIT, type ExitCode} from './exit-codes.ts'
import {describeFileError, errnoOf} from './platform/files/file-error.ts'

/** Codes that say what was found. A reader that has seen enough of it does not want to hear the rest. */
const FOUND: readonly ExitCode[] = [EXIT.ready, EXIT.notReady, EXIT.unknown]

/**
 * Keeps a run at work when what it prints finds no reader: a change that is under way has to come to its end however
 * soon `| head`, a lost connection or a full disk takes stdout or stderr away.
 *
 * @returns what to call at the end: it waits until all is printed, and returns the exit code. That is 0 when the reader
 *   of stdout left early and nothing went wrong otherwise, and 2, with a sentence on stderr, when stdout could not be
 *   written for another reason.
 */
export function outlivePrinting(): (exitCode: ExitCode) => Promise<ExitCode> {
  let failure: Error | null = null
  process.stdout.on('error', (error: Error) => {
    failure ??= error
  })
  // Progress and messages only; with nobody left to read them there is nobody to tell.
  process.stderr.on('error', () => {})
  return async exitCode => {
    await Promise.all([flushed(process.stdout), flushed(process.stderr)])
    if (failure === null || !FOUND.includes(exitCode)) return exitCode
    if (errnoOf(failure) === 'EPIPE') return EXIT.ready
    process.stderr.write(
      `drs-onboard: The result cannot be written to stdout (${describeFileError(failure)}); ` +
        'free some space there, or write it elsewhere.\n',
    )
    await flushed(process.stderr)
    return EXIT.usage
  }
}
