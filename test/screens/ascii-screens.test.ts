import {afterEach, expect, test, vi} from 'vitest'
import {KEY} from './walk.tsx'
import {WAYS} from './ways.ts'
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
  for (const [wanted, ...keys] of way) {
    await shows(inAscii(wanted))
    for (const key of keys) input.write(key in KEY ? KEY[key as keyof typeof KEY] : key)
  }
  expect(output.written).toMatch(/^\p{ASCII}*$/u)
  expect(output.written).not.toContain('^v')
})
