import {CommanderError} from 'commander'
import {createProgram} from './commands/program.ts'
import {Interrupted, UserError} from './errors.ts'
import {EXIT, type ExitCode} from './exit-codes.ts'

/**
 * Runs one command line and returns its exit code. Errors are told on stderr: those that the user can act on in one
 * sentence, anything else as a bug, with its stack when `--verbose` is given.
 */
export async function main(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<ExitCode> {
  endQuietlyWhenReaderLeaves()
  silenceColour(argv, environment)
  let exitCode: ExitCode = EXIT.ready
  try {
    await createProgram(environment, code => {
      exitCode = code
    }).parseAsync(argv)
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ready : EXIT.usage
    if (error instanceof Interrupted) return error.exitCode
    if (error instanceof UserError) {
      process.stderr.write(`drs-onboard: ${error.message}\n`)
      return error.exitCode
    }
    const verbose = argv.includes('--verbose')
    const told = error instanceof Error ? (verbose ? error.stack : error.message) : String(error)
    const hint = verbose ? '' : ' Run it again with --verbose, and report the output.'
    process.stderr.write(`drs-onboard: internal error, this is a bug: ${told}.${hint}\n`)
    return EXIT.internal
  }
}

/** A reader that has seen enough (`| head`) closes the pipe: that is no error. */
function endQuietlyWhenReaderLeaves(): void {
  process.stdout.on('error', error => {
    if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.ready)
    throw error
  })
}

/**
 * Ink's colour library knows FORCE_COLOR but not NO_COLOR (https://no-color.org), and reads it when it is loaded, so
 * it has to be told before.
 */
function silenceColour(argv: readonly string[], environment: NodeJS.ProcessEnv): void {
  if (environment.NO_COLOR || argv.includes('--no-color')) environment.FORCE_COLOR = '0'
}
