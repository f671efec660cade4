import {expect, test} from 'vitest'
import {wantsLinearText} from '../../src/commands/terminal.ts'

test.each([
  [false, {}, false],
  [true, {}, true],
  [false, {ACCESSIBLE: '1'}, true],
  [false, {ACCESSIBLE: 'true'}, true],
  [false, {ACCESSIBLE: ''}, false],
  [false, {ACCESSIBLE: '0'}, false],
  [false, {ACCESSIBLE: 'False'}, false],
  [false, {INK_SCREEN_READER: 'true'}, true],
  [false, {INK_SCREEN_READER: 'false'}, false],
  [false, {TERM: 'dumb'}, true],
  [true, {ACCESSIBLE: '0'}, true],
] as const)('--accessible %s and %j: linear text %s', (accessible, environment, linear) => {
  expect(wantsLinearText(accessible, {TERM: 'xterm', ...environment})).toBe(linear)
})
