import {describe, expect, it} from 'vitest'
import {createProgram} from '../../src/commands/program.ts'
import {InvalidValue} from '../../src/contract/errors.ts'
import {OPTION_ROWS} from '../../src/options/options.ts'

const program = createProgram({}, () => {})
const helpOf = (name: string) =>
  program.commands.find(command => command.name() === name)?.helpInformation() ?? ''

describe('every option', () => {
  it.each(OPTION_ROWS)('--$key is in the help of the commands that take it', ({key, takenBy}) => {
    for (const command of takenBy ? [takenBy] : ['check', 'fix'])
      expect(helpOf(command)).toMatch(new RegExp(`--${key}\\b`))
  })

  it.each(OPTION_ROWS)('--$key is validated', ({read}) => {
    for (const value of [{}, null, Symbol('any')]) expect(() => read(value)).toThrow(InvalidValue)
  })
})
