import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {ESCAPE_KEY, F1_KEY, splitKeys} from '../../../src/screens/terminal/split-keys.ts'

const ESC = '\u001B'
const PASTE = `${ESC}[200~10.0.0.0/8\r\nq${ESC}[201~`

describe('splitKeys', () => {
  test.each([
    ['letters', 'ab', ['a', 'b'], ''],
    ['an arrow key and Enter', `${ESC}[B\r`, [`${ESC}[B`, '\r'], ''],
    ['an application-mode arrow key', `${ESC}OA`, [`${ESC}OA`], ''],
    ['a key with modifiers', `${ESC}[1;5Bx`, [`${ESC}[1;5B`, 'x'], ''],
    ['function keys of the Linux console', `${ESC}[[Bx`, [`${ESC}[[B`, 'x'], ''],
    ['F1 of xterm', `${ESC}OPx`, [F1_KEY, 'x'], ''],
    ['F1 of rxvt and the VT220', `${ESC}[11~x`, [F1_KEY, 'x'], ''],
    ['F1 of the Linux console', `${ESC}[[Ax`, [F1_KEY, 'x'], ''],
    ['F1 of kitty', `${ESC}[Px`, [F1_KEY, 'x'], ''],
    ['F2 as itself', `${ESC}OQ`, [`${ESC}OQ`], ''],
    ['a paste as one key, line ends included', `a${PASTE}b`, ['a', PASTE, 'b'], ''],
    ['a character beyond the basic plane', '😀x', ['😀', 'x'], ''],
    ['a line feed as Enter', 'a\n', ['a', '\r'], ''],
    ['CR LF as one Enter', 'a\r\nb', ['a', '\r', 'b'], ''],
    ['Ctrl-C among letters', 'a\u0003b', ['a', '\u0003', 'b'], ''],
    ['controls without a meaning here as nothing', 'a\u0012\u0019b', ['a', 'b'], ''],
    ['Esc and Enter in one chunk as two keys', `${ESC}\r`, [ESCAPE_KEY, '\r'], ''],
    ['Esc and a letter in one chunk as two keys', `${ESC}q`, [ESCAPE_KEY, 'q'], ''],
    ['Esc and Ctrl-C: Ctrl-C is never lost', `${ESC}\u0003`, [ESCAPE_KEY, '\u0003'], ''],
    ['Esc twice', `${ESC}${ESC}x`, [ESCAPE_KEY, ESCAPE_KEY, 'x'], ''],
    ['Alt-Backspace as Backspace', `${ESC}\u007F`, ['\u007F'], ''],
    ['a lone Esc: may be the beginning of a key', `a${ESC}`, ['a'], ESC],
    ['half an arrow key', `a${ESC}[`, ['a'], `${ESC}[`],
    ['half a key with modifiers', `${ESC}[1;`, [], `${ESC}[1;`],
    ['half a key of the Linux console', `${ESC}[[`, [], `${ESC}[[`],
    ['half a paste', `${ESC}[200~abc`, [], `${ESC}[200~abc`],
  ])('takes %s', (_, input, keys, rest) => {
    expect(splitKeys(input)).toEqual({keys, rest})
  })

  const whole = fc.array(
    fc.constantFrom(
      'a',
      'q',
      ' ',
      '\r',
      '\t',
      '\u007F',
      '\u0003',
      `${ESC}[A`,
      `${ESC}[B`,
      `${ESC}OC`,
      `${ESC}[5~`,
      PASTE,
      '😀',
    ),
  )

  test('is the same whatever chunks the input comes in', () => {
    fc.assert(
      fc.property(whole, fc.array(fc.nat(200)), (keys, cuts) => {
        const input = keys.join('')
        const places = [...new Set(cuts.map(cut => cut % (input.length + 1)))].sort((a, b) => a - b)
        const chunks = [...places, input.length].map((end, at) => input.slice(places[at - 1] ?? 0, end))
        fc.pre(chunks.every(endsBetweenCharacters))
        const taken: string[] = []
        let rest = ''
        for (const chunk of chunks) {
          const split = splitKeys(rest + chunk)
          taken.push(...split.keys)
          rest = split.rest
        }
        expect({taken, rest}).toEqual({taken: keys, rest: ''})
      }),
    )
  })

  test('never loses its place: what is taken and what is left make progress on any text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), input => {
        const {keys, rest} = splitKeys(input)
        expect(input.endsWith(rest)).toBe(true)
        expect(keys.every(key => key !== '')).toBe(true)
      }),
    )
  })
})

/** The terminal's own decoder never cuts a character in half. */
function endsBetweenCharacters(chunk: string): boolean {
  return !/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(chunk)
}
