import {expect, test} from 'vitest'
import {copySequence, LARGEST_BYTES, mayCopy} from '../../../src/screens/terminal/clipboard.ts'

const ESC = '\u001B'
const TEXT = "sudo -E ./init --proxy 'ü'"
const ENCODED = Buffer.from(TEXT).toString('base64')
const PLAIN = `${ESC}]52;c;${ENCODED}\u0007`

test.each([
  ['xterm-256color', true],
  ['tmux-256color', true],
  ['screen', true],
  ['dumb', false],
  ['linux', false],
  ['unknown', false],
  ['', false],
  [undefined, false],
])('TERM=%s: %s', (TERM, may) => {
  expect(mayCopy('linux', {TERM})).toBe(may)
})

test('Windows names no terminal', () => {
  expect(mayCopy('win32', {})).toBe(true)
  expect(mayCopy('win32', {TERM: 'dumb'})).toBe(false)
})

test('a terminal gets the text in base64', () => {
  expect(copySequence(TEXT, {})).toBe(PLAIN)
})

test('tmux gets the sequence, and the same wrapped to be handed on', () => {
  expect(copySequence(TEXT, {TMUX: '/tmp/tmux-0/default,1,0'})).toBe(
    `${PLAIN}${ESC}Ptmux;${ESC}${PLAIN}${ESC}\\`,
  )
})

test('GNU screen gets pieces that are short enough, which make up the sequence', () => {
  const sequence = copySequence('x'.repeat(2_000), {STY: '1.pts-0'}) ?? ''
  const pieces = sequence.split(`${ESC}\\`).slice(0, -1)
  expect(pieces.every(piece => piece.startsWith(`${ESC}P`) && piece.length < 768)).toBe(true)
  expect(pieces.map(piece => piece.slice(2)).join('')).toBe(copySequence('x'.repeat(2_000), {}))
})

test('what is too long for terminals is not sent', () => {
  expect(copySequence('x'.repeat(LARGEST_BYTES), {})?.length).toBeLessThanOrEqual(100_000)
  expect(copySequence('x'.repeat(LARGEST_BYTES + 1), {})).toBeNull()
  expect(copySequence('ü'.repeat(LARGEST_BYTES / 2 + 1), {})).toBeNull()
})
