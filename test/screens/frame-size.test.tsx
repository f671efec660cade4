import {renderToString} from 'ink'
import {afterEach, expect, test, vi} from 'vitest'
import {Wizard} from '../../src/screens/wizard.tsx'
import {scriptedHost} from './scripted-host.ts'
import {goTo, type Walk, walk} from './walk.tsx'
import {WAYS} from './ways.ts'

/** The largest first, so that a frame that is not drawn again does not fit. */
const SIZES = [
  [200, 60],
  [120, 24],
  [80, 24],
  [80, 12],
  [40, 24],
  [40, 12],
] as const

let wizard: Walk | undefined

afterEach(() => wizard?.leave())

test.each(Object.entries(WAYS))('%s fits into a terminal of any size', async (_, way) => {
  const walked = await goTo(way, {columns: 200, rows: 60})
  wizard = walked
  for (const [columns, rows] of SIZES) {
    walked.resize({columns, rows})
    await vi.waitFor(() => expectToFit(walked.frame(), {columns, rows}))
  }
})

test.each([40, 80, 120])('the first frame at %i columns', columns => {
  const lines = renderToString(<Wizard host={scriptedHost()} />, {columns}).split('\n')
  expect(lines[0]).toContain('Region')
  expect(lines.length).toBeLessThan(24)
})

test('a terminal that becomes smaller gets a smaller frame', async () => {
  wizard = walk({}, {columns: 120, rows: 50})
  await wizard.shows('Europe (Ireland)', 'Africa (Cape Town)')
  wizard.resize({columns: 40, rows: 12})
  await vi.waitFor(() => expectToFit(wizard?.frame() ?? '', {columns: 40, rows: 12}))
  await wizard.shows('❯ eu-west-1')
})

/** One row of the terminal stays free, and the keys that work are always the last thing on the screen. */
function expectToFit(frame: string, {columns, rows}: {readonly columns: number; readonly rows: number}) {
  const lines = frame.split('\n')
  expect(lines.length, frame).toBeLessThan(rows)
  expect(lines.filter(line => line.length > columns)).toEqual([])
  expect(lines.at(-1), frame).toMatch(/help|\(default\)|cancel|leave/)
}
