import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {commandLine} from '../../src/contract/command-line.ts'
import {wrapCommand} from '../../src/screens/parts/wrap-command.ts'

describe('a command that is wider than the window', () => {
  test.each([
    ['fits', 'a b c', 20, ['a b c']],
    [
      'goes on between words',
      'drs-onboard fix --region eu-west-1',
      22,
      ['drs-onboard fix \\', '--region eu-west-1'],
    ],
    ['breaks a word that is longer', 'get abcdefghijklmnop', 12, ['get \\', 'abcdefghi\\', 'jklmnop']],
    ['keeps quotes whole', "a 'b c d e f' g", 13, ['a \\', "'b c d e f' \\", 'g']],
  ])('%s', (_, command, width, rows) => {
    expect(wrapCommand(command, width, 'posix').map(({text}) => text)).toEqual(rows)
  })

  test('goes on with a backtick in PowerShell, whose words stay whole', () => {
    expect(wrapCommand('get abcdefghijklmnop', 12, 'powershell').map(({text}) => text)).toEqual([
      'get `',
      'abcdefghijklmnop',
    ])
  })
})

const word = fc.string({minLength: 1, maxLength: 30}).filter(text => !/[\0\r\n]/.test(text))

test('pasted into a shell, the rows are the same command', () => {
  const commands = fc.sample(fc.array(word, {minLength: 1, maxLength: 8}), {numRuns: 40, seed: 7})
  const script = commands.map(words => {
    const rows = wrapCommand(commandLine(['printf', '<%s>', ...words]), 14, 'posix')
    return rows.map(({text, joined}) => `${joined ? '' : '  '}${text}`).join('\n')
  })
  const printed = execFileSync('sh', ['-c', script.join("\nprintf '\\n'\n")], {encoding: 'utf8'})
  expect(printed).toBe(commands.map(words => words.map(text => `<${text}>`).join('')).join('\n'))
})

test('no row is wider than the window', () => {
  fc.assert(
    fc.property(fc.array(word, {maxLength: 8}), fc.integer({min: 8, max: 60}), (words, width) => {
      const rows = wrapCommand(commandLine(['run', ...words]), width, 'posix')
      expect(rows.filter(({text}) => text.length > width)).toEqual([])
    }),
  )
})
