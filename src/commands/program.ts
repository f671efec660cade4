import {Command, Option} from 'commander'
import {UserError} from '../contract/errors.ts'
import type {ExitCode} from '../contract/exit-codes.ts'
import {ownCommandText} from '../contract/own-command.ts'
import {OPTION_ROWS, type OptionKey} from '../options/options.ts'
import {requireProc} from '../platform/linux/proc.ts'
import {VERSION} from '../version.ts'
import {command, examples, usageError, withFlags} from './declare.ts'
import {addOfflineCommands} from './offline/offline-commands.ts'
import {GUARD_COMMAND} from './run/arm-guard.ts'

type Flags = Readonly<Record<string, unknown>>

const takenBy = (command: 'check' | 'fix'): readonly OptionKey[] =>
  OPTION_ROWS.filter(row => (row.takenBy ?? command) === command).map(({key}) => key)
const FOR_WIZARD = OPTION_ROWS.filter(row => row.takenBy === undefined).map(({key}) => key)

const EXIT_CODES = `
Exit codes: 0 ready (with warnings or incomplete, too, unless --strict) · 1 internal error · 2 usage, or a flag missing ·
3 not ready · 4 a change failed or was reverted · 129 hang-up · 130 interrupted · 143 terminated.`

/** Source: nodejs/node, BUILDING.md and src/node_main.cc of v22.x and v24.x. */
const NODE_VERSIONS = `

Needs Node.js 22.3 or later; on Windows, Node.js 24 needs Windows 10 or Server 2016, and Node.js 22 Windows 8.1 or
Server 2012 R2.`

/**
 * The command line: every command and flag. Each action loads its own command, so that `--help` and the scripted
 * commands start without what they do not need.
 */
export function createProgram(environment: NodeJS.ProcessEnv, exit: (code: ExitCode) => void): Command {
  const program = new Command(ownCommandText())
    .description(
      'Prepares this source server for AWS Elastic Disaster Recovery (AWS DRS): tests TCP 443 and 1500, fixes the host ' +
        'firewall with undo, and verifies the AWS Replication Installer. Without a command it opens the guided wizard.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Other:'))
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    // Reported where the error is caught.
    .configureOutput({outputError: () => {}})
    // So that a mistyped command can be named as one.
    .allowExcessArguments()
    .exitOverride(error => {
      throw usageError(error, '')
    })
    .hook('preAction', (_, action) => {
      if (action === program || EXAMINE_THIS_HOST.includes(action.name())) requireProc()
    })
    .addHelpText(
      'after',
      () =>
        examples(
          ['', 'guided setup of this server'],
          ['check --region eu-central-1', 'blocking issues, and who can fix them'],
          ['fix --region eu-central-1', 'fix the host firewall, after a confirmation'],
          ['undo', 'revert what the last run changed'],
        ) +
        EXIT_CODES +
        NODE_VERSIONS,
    )

  withFlags(program, FOR_WIZARD).action(async (flags: Flags, {args: [unknown]}: Command) => {
    if (unknown !== undefined) throw await unknownCommand(unknown, program)
    const {wizardCommand} = await import('./wizard/wizard.ts')
    exit(await wizardCommand(flags, environment))
  })

  withFlags(command(program, 'check', 'run all checks, read-only, and print the report'), takenBy('check'))
    .addHelpText('after', () =>
      examples(
        ['check --region eu-central-1 --format html --output report.html', 'one page for a change ticket'],
        ['check --region eu-central-1 --json --strict', 'exit code 3 unless everything is known and ready'],
        ['check --region eu-central-1 --watch', 'until the network team has opened its side'],
      ),
    )
    .action(async (flags: Flags) => {
      const {checkCommand} = await import('./run/check.ts')
      exit(await checkCommand(flags, environment))
    })

  withFlags(
    command(program, 'fix', 'check, plan, confirm, apply the smallest fix, and check again').option(
      '--dry-run',
      'print the plan with every command and its undo, and change nothing',
    ),
    takenBy('fix'),
  )
    .addHelpText('after', () =>
      examples(
        ['fix --region eu-central-1 --dry-run', 'every command and its undo; changes nothing'],
        ['fix --region eu-central-1 --yes', 'overrides no rule that looks intentional'],
      ),
    )
    .action(async (flags: Flags) => {
      const {fixCommand} = await import('./run/fix.ts')
      exit(await fixCommand(flags, environment))
    })

  withFlags(
    command(program, 'undo', 'revert what the last run changed, or one run or change by its id')
      .argument('[id]', 'id of a run, journal entry or change, from undo --list')
      .option('--list', 'list what can be undone')
      .option('--yes', 'revert without asking'),
    ['no-prompt', 'json', 'quiet', 'verbose', 'no-color'],
  )
    .addHelpText('after', () =>
      examples(['undo --list', 'what can be undone'], ['undo --yes', 'without questions']),
    )
    .action(async (id: string | undefined, flags: Flags) => {
      const {undoCommand} = await import('./undo/undo.ts')
      exit(await undoCommand(id ?? null, flags, environment))
    })

  withFlags(
    command(
      program,
      'capture',
      `print this host's firewall state as one JSON document (needs ${process.platform === 'win32' ? 'Administrator' : 'root'})`,
    ),
    ['json', 'output', 'quiet', 'verbose'],
  ).action(async (flags: Flags) => {
    const {captureCommand} = await import('./capture.ts')
    exit(await captureCommand(flags))
  })

  command(program, 'version', 'print the version').action(() => {
    process.stdout.write(`${VERSION}\n`)
  })

  program
    .command(`${GUARD_COMMAND} <entry>`, {hidden: true})
    .description('watchdog of a change that overrides a rule')
    .action(async (entry: string) => {
      const {guardCommand} = await import('./run/guard.ts')
      exit(await guardCommand(entry, environment))
    })

  addOfflineCommands(program, environment, exit)

  command(program, 'help', 'print the help of a command')
    .argument('[command...]', 'for example: check, or policy check')
    .action(async (names: readonly string[]) => {
      let asked = program
      for (const name of names) {
        const found = asked.commands.find(each => each.name() === name && !HIDDEN_COMMANDS.includes(name))
        if (found === undefined) throw await unknownCommand(name, asked)
        asked = found
      }
      asked.outputHelp()
    })
  return program
}

/** Besides the wizard. */
const EXAMINE_THIS_HOST: readonly string[] = ['check', 'fix', 'undo', 'capture']

/** Started by this program alone. */
const HIDDEN_COMMANDS: readonly string[] = [GUARD_COMMAND]

async function unknownCommand(name: string, program: Command): Promise<UserError> {
  const {nearest} = await import('../lib/nearest.ts')
  const names = program.commands.map(each => each.name()).filter(known => !HIDDEN_COMMANDS.includes(known))
  const hint = nearest(name, names)
  return new UserError(
    `Unknown command ${JSON.stringify(name)}; ${hint ? `did you mean ${hint}?` : `valid commands: ${names.join(', ')}.`}`,
  )
}
