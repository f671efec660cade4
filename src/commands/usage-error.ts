import type {CommanderError} from 'commander'
import {ownCommandText} from '../contract/own-command.ts'
import {UserError} from '../errors.ts'

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
