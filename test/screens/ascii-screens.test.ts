import {afterEach, expect, test, vi} from 'vitest'
import {goWay, WAYS} from './ways.ts'
import {endAll, run} from './wizard-on-terminal.ts'

// What a terminal shows is decided when the theme is loaded.
vi.hoisted(() => {
  process.env.LC_ALL = 'C'
})

afterEach(endAll)

/** What is waited for, as it looks here. */
const inAscii = (text: string) => text.replace('❯', '>')

test.each(Object.entries(WAYS))('%s: ASCII alone, keys by their names', async (_, {script, way}) => {
  const {input, output, shows} = run(script, {columns: 80, rows: 24})
  await goWay(way, {input, shows: wanted => shows(inAscii(wanted))})
  expect(output.written).toMatch(/^\p{ASCII}*$/u)
  expect(output.written).not.toContain('^v')
})
