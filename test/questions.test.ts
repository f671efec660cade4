import {describe, expect, it} from 'vitest'
import {createProgram} from '../src/commands/program.ts'
import {FLAGS} from '../src/options/flags.ts'
import {optionValues} from '../src/options/schema.ts'
import {QUESTIONS} from '../src/questions.ts'

const program = createProgram({}, () => {})
const helpOf = (name: string) =>
  program.commands.find(command => command.name() === name)?.helpInformation() ?? ''

describe('every question', () => {
  it.each(Object.entries(QUESTIONS))(
    '%s has a flag that the help of its commands names',
    (_, {flag, commands}) => {
      for (const command of commands) expect(helpOf(command)).toMatch(new RegExp(`--${flag}\\b`))
      expect(Object.keys(optionValues.def.shape)).toContain(flag)
    },
  )
})

describe('every flag', () => {
  it.each(FLAGS.map(({key}) => key))('--%s is in the help of fix or check, and is validated', key => {
    expect(helpOf('fix') + helpOf('check')).toMatch(new RegExp(`--${key}\\b`))
    expect(optionValues.safeParse({[key]: {}}).success).toBe(false)
  })
})
