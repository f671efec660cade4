import {type Command, Option} from 'commander'
import type {OptionGroup} from '../options/option.ts'
import {OPTION_ROWS, type OptionKey} from '../options/options.ts'
import {usageError} from './usage-error.ts'

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
