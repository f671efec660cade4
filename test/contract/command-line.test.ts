import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {commandLine} from '../../src/contract/command-line.ts'

describe('commandLine', () => {
  it.each([
    [['iptables', '-w', '-I', 'OUTPUT', '1'], 'iptables -w -I OUTPUT 1'],
    [['echo', ''], "echo ''"],
    [['echo', "it's"], "echo 'it'\\''s'"],
    [['echo', '~', '$HOME', '*'], "echo '~' '$HOME' '*'"],
  ] as const)('%j reads %s', (command, text) => {
    expect(commandLine(command)).toBe(text)
  })

  it('gives a POSIX shell back exactly the words', () => {
    const word = fc.string({unit: 'binary', maxLength: 20}).map(text => text.replaceAll('\0', ''))
    fc.assert(
      fc.property(fc.array(word, {maxLength: 4}), args => {
        const line = commandLine(['printf', '%s\\0', ...args, 'end'])
        const printed = execFileSync('sh', ['-c', line], {encoding: 'buffer'})
        const expected = [...args, 'end'].map(arg => `${arg}\0`).join('')
        expect(printed).toEqual(Buffer.from(expected))
      }),
      {numRuns: 60},
    )
  })
})
