import {afterEach, expect, test, vi} from 'vitest'
import {Interrupted} from '../../src/contract/errors.ts'
import {askWhatToUndo} from '../../src/screens/undo/undo-app.tsx'
import type {StandingChange} from '../../src/screens/undo/undo-choices.ts'
import {cellsOf, settled} from './cells.ts'
import {FakeInput, FakeOutput} from './fake-terminal.ts'
import {KEY} from './walk.tsx'
import {goWay, WAYS} from './ways.ts'
import {endAll, run} from './wizard-on-terminal.ts'

// Ink's colours are decided when it is loaded.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '1'
})

afterEach(endAll)

const KEPT: readonly StandingChange[] = ['443 out', '1500 out to 10.20.0.0/24'].map((what, at) => ({
  id: `20260701T030000000-327c-0${at + 1}`,
  run: '20260701T030000000-327c',
  title: `Let TCP ${what} through this host's own firewall`,
  at: '2026-07-01T03:00:00.000Z',
  condition: 'in place',
  commands: [`iptables -D OUTPUT -m comment --comment drs-onboard:open-${at} -j ACCEPT`],
}))

const SIZES = [
  [120, 24],
  [80, 24],
  [40, 24],
] as const

/** Compares the screen as it is at each size. */
async function expectAsReviewed(name: string, output: FakeOutput): Promise<void> {
  const cells: string[] = []
  for (const [columns, rows] of SIZES) {
    output.resize(columns, rows)
    await settled(output)
    cells.push(cellsOf(output))
  }
  await expect(cells.join('\n')).toMatchFileSnapshot(`snapshots/${name.replaceAll(/[^a-z]+/gi, '-')}.txt`)
}

test.each(Object.entries(WAYS))('%s', async (name, {script, way}) => {
  const [columns, rows] = SIZES[0]
  const {input, output, shows} = run(script, {columns, rows})
  await goWay(way, {input, shows})
  await expectAsReviewed(name, output)
})

test.each([
  ['undo', ''],
  ['undo, confirmation', KEY.enter],
  ['undo, searching', '/1500'],
])('%s', async (name, keys) => {
  const input = new FakeInput()
  const output = new FakeOutput(...SIZES[0])
  const stdout = output as unknown as NodeJS.WriteStream
  const asked = askWhatToUndo(KEPT, 'posix', {stdin: input, stdout, stderr: stdout})
  await output.shows('Undo')
  input.write(keys)
  await expectAsReviewed(name, output)
  input.write(KEY.ctrlC)
  await expect(asked).rejects.toThrow(Interrupted)
})
