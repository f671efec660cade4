import {CommanderError} from 'commander'
import {createProgram} from './commands/program.ts'
import {endOnSignals} from './commands/signals.ts'
import {Interrupted, UserError} from './contract/errors.ts'
import {EXIT, type ExitCode} from './contract/exit-codes.ts'
import {startedAs} from './contract/own-command.ts'
import {printable, printableLine} from './lib/printable.ts'
import {endProcess, outlivePrinting} from './platform/process/end-process.ts'
import {typedCommand} from './platform/process/self-command.ts'
import {explainShortage, shortageOf} from './platform/process/shortage.ts'

export {FileExists, Interrupted, InvalidValue, UserError} from './contract/errors.ts'
// The build has one copy of these for its files: what they hold, or are compared by, is one a process.
export {ownCommand, ownCommandText} from './contract/own-command.ts'

/**
 * Runs one command line and ends the process with its exit code when all is printed. Errors go to stderr: those that
 * the user can act on in one sentence, anything else as a bug, with its stack when `--verbose` is given.
 */
export async function main(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<never> {
  startedAs(typedCommand())
  endOnSignals()
  const allPrinted = outlivePrinting()
  silenceColour(argv, environment)
  let exitCode: ExitCode = EXIT.ready
  try {
    await createProgram(environment, code => {
      exitCode = code
    }).parseAsync(argv)
  } catch (error) {
    // The sender of a signal does not wait for a slow reader.
    if (error instanceof Interrupted) return endProcess(error.exitCode, 'short')
    // Commander throws for --help and --version too.
    if (!(error instanceof CommanderError)) exitCode = tell(error, argv.includes('--verbose'))
  }
  return endProcess(await allPrinted(exitCode), 'all')
}

/** Says what went wrong, with whatever came from outside made harmless for a terminal. */
function tell(error: unknown, verbose: boolean): ExitCode {
  const shortage = shortageOf(error)
  if (shortage !== null) {
    const {summary, nextStep} = explainShortage(shortage)
    process.stderr.write(`drs-onboard: ${summary} ${nextStep}\n`)
    return EXIT.usage
  }
  if (error instanceof UserError) {
    process.stderr.write(`drs-onboard: ${printableLine(error.message)}\n`)
    return error.exitCode
  }
  const told = error instanceof Error ? (verbose ? error.stack : error.message) : String(error)
  const hint = verbose ? '' : ' Run it again with --verbose, and report the output.'
  process.stderr.write(`drs-onboard: internal error, this is a bug: ${printable(told ?? '')}.${hint}\n`)
  return EXIT.internal
}

/**
 * Ink's colour library knows FORCE_COLOR but not NO_COLOR (https://no-color.org), and reads it when it is loaded, so
 * it has to be told before.
 */
function silenceColour(argv: readonly string[], environment: NodeJS.ProcessEnv): void {
  if (environment.NO_COLOR || argv.includes('--no-color')) environment.FORCE_COLOR = '0'
}
