import xterm from '@xterm/headless'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {joinSoftRows, softPart} from '../../../src/screens/terminal/soft-rows.ts'
import {wrapLines} from '../../../src/screens/ui/lines.ts'

const URL = `https://x.example/${'path/'.repeat(20)}end`
const SGR = '\u001B[36m'
const ROW = '\u001B[1G\u001B[K'

describe('joinSoftRows', () => {
  const join = (chunk: string, hyperlinks = false) => joinSoftRows(chunk, {columns: 10, hyperlinks})

  test('takes the line feed between parts of one text away, and the marks', () => {
    const chunk = `one\n${SGR}${softPart('0123456789', 'a', null)}\u001B[39m\n${SGR}${softPart('01', 'a', null)}\u001B[39m\ntwo`
    expect(join(chunk)).toBe(`one\n${SGR}0123456789\u001B[39m${SGR}01\u001B[39m\ntwo`)
  })

  test('keeps it between texts, and where only a part has changed', () => {
    expect(join(`${softPart('0123456789', 'a', null)}\n${softPart('x', 'b', null)}`)).toBe('0123456789\nx')
    expect(join(`${softPart('0123456789', 'a', null)}\n\u001B[E`)).toBe('0123456789\n\u001B[E')
    expect(join(`${softPart('0123456789', 'a', null)}\nother`)).toBe('0123456789\nother')
  })

  test('erases the rest of a row that was to be erased first', () => {
    const chunk = `${ROW}${softPart('0123456789', 'a', null)}\n${ROW}${softPart('0123456789', 'a', null)}\n${ROW}${softPart('01', 'a', null)}\n${ROW}two\n`
    expect(join(chunk)).toBe(`${ROW}0123456789012345678901\u001B[K\n${ROW}two\n`)
  })

  test('erases nothing behind a row that is full', () => {
    const chunk = `${ROW}${softPart('0123456789', 'a', null)}\n${ROW}${softPart('0123456789', 'a', null)}\n`
    expect(join(chunk)).toBe(`${ROW}01234567890123456789\n`)
  })

  test('keeps links where the terminal shows them', () => {
    expect(join(softPart('0123456789', 'a', URL), true)).toContain(URL)
    expect(join(softPart('0123456789', 'a', URL), false)).toBe('0123456789')
  })
})

/** What a terminal makes of rows, joined where it has broken them itself. */
async function copied(rows: readonly string[], columns: number): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({cols: columns, rows: 200, allowProposedApi: true, convertEol: true})
  const text = joinSoftRows(rows.join('\n'), {columns, hyperlinks: false})
  await new Promise<void>(done => terminal.write(text, done))
  const {active} = terminal.buffer
  const lines: string[] = []
  for (let at = 0; at < 200; at += 1) {
    const row = active.getLine(at)
    const text = row?.translateToString(true) ?? ''
    if (row?.isWrapped) lines.push((lines.pop() ?? '') + text)
    else lines.push(text)
  }
  return lines
}

test('whatever the width, a command and a URL are one line to the terminal, and fit', async () => {
  const word = fc.stringMatching(/^[!-~]{1,60}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, {minLength: 1, maxLength: 12}),
      fc.integer({min: 20, max: 120}),
      fc.nat({max: 8}),
      async (words, columns, indent) => {
        const command = `run ${words.join(' ')}`
        const lines = [
          {text: command, indent, command: 'posix' as const},
          {text: `See ${URL}. Then go on.`, indent},
        ]
        const rows = wrapLines(lines, columns)
        const drawn = rows.map(row => {
          const text = row.part ? softPart(row.text, row.part.id, row.part.url) : row.text
          return ' '.repeat(row.indent ?? 0) + text
        })
        for (const row of rows) expect((row.indent ?? 0) + row.text.length).toBeLessThanOrEqual(columns)
        const seen = (await copied(drawn, columns)).map(row => row.trim())
        expect(seen[0]).toBe(command)
        expect(seen.some(row => row.includes(URL))).toBe(true)
      },
    ),
    {numRuns: 200},
  )
})
