import fc from 'fast-check'
import {expect, test} from 'vitest'
import {toAscii} from '../../../src/screens/terminal/ascii.ts'

test.each([
  ['✔ PASS  ❯ eu-west-1 · Europe…', '+ PASS  > eu-west-1 * Europe~'],
  ['↑↓ “quoted” ’ – ─ ☒ ☐', '^v "quoted" \' - - x o'],
  ['Zürich, São Paulo, 東京', 'Zurich, Sao Paulo, ??'],
  ['\u001B[32mgreen\u001B[39m\r\n', '\u001B[32mgreen\u001B[39m\r\n'],
])('%j becomes %j', (text, ascii) => {
  expect(toAscii(text)).toBe(ascii)
})

test('a character becomes one character of ASCII, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme'}), text => {
      const ascii = toAscii(text)
      expect([...ascii]).toHaveLength([...text].length)
      expect(ascii).toMatch(/^\p{ASCII}*$/u)
    }),
  )
})
