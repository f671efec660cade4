import {Command} from 'commander'
import {UserError} from '../errors.ts'
import type {ExitCode} from '../exit-codes.ts'
import {FLAGS, type FlagKey} from '../options/flags.ts'
import {VERSION} from '../version.ts'
import {command, withFlags} from './declare.ts'
import {addOfflineCommands} from './offline-commands.ts'
import {usageError} from './usage-error.ts'

type Flags = Readonly<Record<string, unknown>>

const ALL: readonly FlagKey[] = FLAGS.map(({key}) => key)
const FOR_FIX_ONLY: readonly FlagKey[] = ['yes', 'allow-disruptive', 'confirm-within', 'persist-unit']
const FOR_CHECK = ALL.filter(key => !FOR_FIX_ONLY.includes(key))

const EXIT_CODES = `
Exit codes: 0 ready (warnings too, unless --strict) · 1 internal error · 2 usage, or a flag missing · 3 not ready ·
4 a remedy failed or was rolled back · 129 hang-up · 130 interrupted · 143 terminated.`

/**
 * The command line: every command and flag. Each action loads its own command, so that `--help` and the scripted
 * commands start without what they do not need.
 */
export function createProgram(environment: NodeJS.ProcessEnv, exit: (code: ExitCode) => void): Command {
  const program = new Command('drs-onboard')
    .description(
      'Gets this source server ready for AWS Elastic Disaster Recovery: proves TCP 443 and 1500, repairs the host ' +
        'firewall with undo, verifies the agent installer. Without a command it opens the guided wizard.',
    )
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    // Told by whoever catches the error.
    .configureOutput({outputError: () => {}})
    // So that a mistyped command can be named as one.
    .allowExcessArguments()
    .exitOverride(error => {
      throw usageError(error, '')
    })
    .addHelpText('after', EXIT_CODES)

  withFlags(program, FOR_CHECK).action(async (flags: Flags, {args: [unknown]}: Command) => {
    if (unknown !== undefined) throw await unknownCommand(unknown, program)
    const {wizardCommand} = await import('./wizard.ts')
    exit(await wizardCommand(flags, environment))
  })

  withFlags(command(program, 'check', 'run every check, read-only, and print the report'), FOR_CHECK).action(
    async (flags: Flags) => {
      const {checkCommand} = await import('./check.ts')
      exit(await checkCommand(flags, environment))
    },
  )

  withFlags(
    command(program, 'fix', 'check, plan, confirm, apply the smallest repair and check again').option(
      '--dry-run',
      'print the plan with every command and its undo, and change nothing',
    ),
    ALL,
  ).action(async (flags: Flags) => {
    const {fixCommand} = await import('./fix.ts')
    exit(await fixCommand(flags, environment))
  })

  withFlags(
    command(program, 'undo', 'take back what the last run changed, or one run or remedy by its id')
      .argument('[id]', 'a run, journal entry or remedy id, as undo --list prints it')
      .option('--list', 'list what can be taken back'),
    ['yes', 'no-prompt', 'json', 'quiet', 'verbose', 'no-color'],
  ).action(async (id: string | undefined, flags: Flags) => {
    const {undoCommand} = await import('./undo.ts')
    exit(await undoCommand(id ?? null, flags, environment))
  })

  withFlags(
    command(
      program,
      'capture',
      `print this host's firewall state as one JSON document (needs ${process.platform === 'win32' ? 'Administrator' : 'root'})`,
    ),
    ['output', 'quiet', 'verbose'],
  ).action(async (flags: Flags) => {
    const {captureCommand} = await import('./capture.ts')
    exit(await captureCommand(flags))
  })

  program
    .command('guard <entry>', {hidden: true})
    .description('watches over a disruptive change for the run that makes it')
    .action(async (entry: string) => {
      const {guardCommand} = await import('./guard.ts')
      exit(await guardCommand(entry, environment))
    })

  addOfflineCommands(program, environment, exit)
  return program
}

async function unknownCommand(name: string, program: Command): Promise<UserError> {
  const {nearest} = await import('../options/nearest.ts')
  const names = program.commands.map(command => command.name())
  const hint = nearest(name, names)
  return new UserError(
    `There is no command ${JSON.stringify(name)}; ${hint ? `did you mean ${hint}?` : `the commands are ${names.join(', ')}.`}`,
  )
}
