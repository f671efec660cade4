import {afterEach, expect, test, vi} from 'vitest'
import {cellsOf} from './cells.ts'
import type {FakeOutput} from './fake-terminal.ts'
import {KEY} from './walk.tsx'
import {WAYS} from './ways.ts'
import {endAll, run} from './wizard-on-terminal.ts'

// Ink's colours are decided when it is loaded.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '1'
})

afterEach(endAll)

const SIZES = [
  [120, 24],
  [80, 24],
  [40, 24],
] as const

test.each(Object.entries(WAYS))('%s', async (name, {script, way}) => {
  const [columns, rows] = SIZES[0]
  const {input, output, shows} = run(script, {columns, rows})
  for (const [wanted, ...keys] of way) {
    await shows(wanted)
    for (const key of keys) input.write(key in KEY ? KEY[key as keyof typeof KEY] : key)
  }
  const cells: string[] = []
  for (const [width, height] of SIZES) {
    output.resize(width, height)
    await settled(output)
    cells.push(cellsOf(output))
  }
  await expect(cells.join('\n')).toMatchFileSnapshot(`snapshots/${name.replaceAll(/[^a-z]+/gi, '-')}.txt`)
})

/** Waits until the frame does not change any more, but for what spins. */
async function settled(output: FakeOutput): Promise<void> {
  let before = ''
  let alike = 0
  await vi.waitFor(
    () => {
      const now = cellsOf(output)
      alike = now === before ? alike + 1 : 0
      before = now
      expect(alike).toBe(4)
    },
    {interval: 20, timeout: 8_000},
  )
}
