import {type Command, type CommanderError, Option} from 'commander'
import {UserError} from '../contract/errors.ts'
import {ownCommandText} from '../contract/own-command.ts'
import type {OptionGroup} from '../options/option.ts'
import {OPTION_ROWS, type OptionKey} from '../options/options.ts'

/** Adds a command; words that it does not take are refused. */
export function command(parent: Command, name: string, description: string): Command {
  const path = parent.parent === null ? name : `${parent.name()} ${name}`
  return (
    parent
      .command(name)
      .description(description)
      // A word that means nothing here may be a slip that means much: nothing is run on a guess.
      .allowExcessArguments(false)
      .exitOverride(error => {
        throw usageError(error, path)
      })
  )
}

const HEADINGS: Readonly<Record<OptionGroup, string>> = {
  target: 'Target:',
  path: 'Network path:',
  run: 'Checks:',
  repair: 'Fix:',
  output: 'Output:',
}

/** Gives a command options of the common table, under the headings of their groups. */
export function withFlags(target: Command, keys: readonly OptionKey[]): Command {
  for (const {key, flags, help, group, environment, isList} of OPTION_ROWS) {
    if (!keys.includes(key)) continue
    const variables = environment ? ` (or ${environment.join(', ')})` : ''
    const option = new Option(flags, `${help}${variables}`).helpGroup(HEADINGS[group])
    // Given twice, a list is one longer list.
    if (isList) option.argParser(joined)
    target.addOption(option)
    if (key === 'no-prompt') target.addOption(new Option('--no-input', help).hideHelp())
  }
  return target
}

const joined = (value: string, before: string | undefined): string =>
  before === undefined ? value : `${before},${value}`

/** Gives a command `--format`, with its choices in words. */
export function withFormat(target: Command, formats: string): Command {
  return target.addOption(
    new Option('--format <format>', `${formats} (default text)`).helpGroup(HEADINGS.output),
  )
}

/**
 * Gives a command that prints a document the options to choose its format and where it goes.
 *
 * @param formats the choices in words; null for what is JSON alone
 */
export function withDocument(target: Command, formats: string | null): Command {
  return withFlags(formats === null ? target : withFormat(target, formats), ['json', 'output', 'quiet'])
}

/** Command lines with what each does, under the help of a command. */
export function examples(...lines: readonly (readonly [string, string])[]): string {
  const commands = lines.map(([words]) => `  ${ownCommandText()} ${words}`.trimEnd())
  const width = Math.max(...commands.map(({length}) => length))
  const rows = lines.map(([, says], index) => `${(commands[index] ?? '').padEnd(width)}   ${says}`.trimEnd())
  return `\nExamples:\n${rows.join('\n')}`
}

/**
 * What commander has to say about a command line, as one sentence that ends in where to look. What is no error, as
 * `--help` and `--version` are, stays as it is.
 *
 * @param command the command's name without the program's; empty for the program itself
 */
export function usageError(error: CommanderError, command: string): Error {
  if (error.exitCode === 0) return error
  const said = error.message
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*\?)\)$/s, (_, hint: string) => ` (${hint.replace('Did', 'did')})`)
    .replace(/\.$/, '')
    .replace(/\. Expected (.*)$/s, ' (expected $1)')
    .replace(/ argument missing$/, ' needs a value')
  const help = ownCommandText(...command.split(' ').filter(Boolean), '--help')
  return new UserError(`${said}; see \`${help}\`.`)
}
