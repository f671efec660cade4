import type {Key} from 'ink'
import {describe, expect, it} from 'vitest'
import {type EditedLine, edit, insert, lineOf} from '../../../src/screens/terminal/line-editor.ts'

const NO_KEY = {} as Key
const ctrl = (letter: string): readonly [string, Key] => [letter, {...NO_KEY, ctrl: true}]
const key = (name: keyof Key): readonly [string, Key] => ['', {...NO_KEY, [name]: true}]
const letter = (text: string): readonly [string, Key] => [text, NO_KEY]

/** `a|b` is a line with the cursor before b. */
const parse = (shown: string): EditedLine => {
  const [before = '', after = ''] = shown.split('|')
  return {text: before + after, cursor: lineOf(before).cursor}
}
const show = ({text, cursor}: EditedLine): string => {
  const characters = [...new Intl.Segmenter().segment(text)].map(({segment}) => segment)
  return `${characters.slice(0, cursor).join('')}|${characters.slice(cursor).join('')}`
}

describe('edit', () => {
  it.each<[string, string, readonly [string, Key], string]>([
    ['a letter', '10.2|.0/16', letter('0'), '10.20|.0/16'],
    ['Backspace', '10.20|.0', key('backspace'), '10.2|.0'],
    ['Backspace at the start', '|10', key('backspace'), '|10'],
    ['Delete', '10.|20.0', key('delete'), '10.|0.0'],
    ['Delete at the end', '10|', key('delete'), '10|'],
    ['Ctrl-D', '1|0', ctrl('d'), '1|'],
    ['Home', 'abc|', key('home'), '|abc'],
    ['Ctrl-A', 'ab|c', ctrl('a'), '|abc'],
    ['End', '|abc', key('end'), 'abc|'],
    ['Ctrl-E', 'a|bc', ctrl('e'), 'abc|'],
    ['Left', 'ab|', key('leftArrow'), 'a|b'],
    ['Ctrl-B', '|ab', ctrl('b'), '|ab'],
    ['Right', '|ab', key('rightArrow'), 'a|b'],
    ['Ctrl-F', 'ab|', ctrl('f'), 'ab|'],
    ['Ctrl-K', 'ab|cd', ctrl('k'), 'ab|'],
    ['Ctrl-U', 'ab|cd', ctrl('u'), '|cd'],
    ['Ctrl-W', 'one two  |x', ctrl('w'), 'one |x'],
    ['Ctrl-W at the start', '|x', ctrl('w'), '|x'],
    ['a letter with an accent is one character', 'e\u0301|x', key('backspace'), '|x'],
    ['an emoji of several code points is one character', '👩‍🚒|', key('backspace'), '|'],
  ])('%s: %s', (_, before, [input, pressed], after) => {
    expect(show(edit(parse(before), input, pressed) ?? parse(before))).toBe(after)
  })

  it.each([key('upArrow'), key('tab'), key('escape'), key('pageDown'), ctrl('x'), key('hyper')])(
    'leaves %j to others',
    (input, pressed) => {
      expect(edit(lineOf('abc'), input, pressed)).toBeNull()
    },
  )

  it('puts pasted text where the cursor is', () => {
    expect(show(insert(parse('a|d'), 'bc'))).toBe('abc|d')
  })
})
