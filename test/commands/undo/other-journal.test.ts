import {tmpdir} from 'node:os'
import {expect, test} from 'vitest'
import {otherJournal} from '../../../src/commands/undo/undo.ts'

const THERE = tmpdir()
const NOT_THERE = `${THERE}/no such directory`

test.each([
  ['a plain user, where root has a journal', '/home/me', 1000, THERE, true],
  ['a plain user, where root has none', '/home/me', 1000, NOT_THERE, false],
  ['a plain user who has looked at root’s', THERE, 1000, THERE, false],
  ['root', '/elsewhere', 0, THERE, false],
  ['Windows, which has one journal', '/elsewhere', null, THERE, false],
])('%s', (_, directory, user, ofRoot, told) => {
  expect(otherJournal(directory, user, ofRoot) !== null).toBe(told)
})
