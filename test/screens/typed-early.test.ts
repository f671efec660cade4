import {afterEach, expect, test} from 'vitest'
import {FakeInput} from './fake-terminal.ts'
import {KEY} from './walk.tsx'
import {endAll, run} from './wizard-on-terminal.ts'

afterEach(endAll)

test.each([
  ['a word', 'frank'],
  ['so many that the first row would wrap', 'z'.repeat(75)],
])(
  'the echo of keys that were typed while the program was loading leaves no row behind: %s',
  async (_, typed) => {
    const input = new FakeInput()
    const {output, shows} = run(
      {},
      {
        input,
        // termios(3): a terminal echoes what is typed until a program takes it.
        before: terminal => terminal.emulator.write(`${'before\r\n'.repeat(30)}${typed}`),
      },
    )
    await shows('❯ eu-west-1')
    expect(rows(output.lines)[0]).toBe('Step 1 of 8  Region')
    input.write(KEY.enter)
    await shows('Source server', 'Can read')
    expect(rows(output.lines)[0]).toBe('Step 2 of 8  Source server')
  },
)

const rows = (lines: readonly string[]) => lines.filter(line => line !== 'before')

test('the terminal echoes no key once the first frame is drawn', async () => {
  const input = new FakeInput()
  const rawAtFrames: boolean[] = []
  const {shows} = run(
    {},
    {
      input,
      before: terminal => terminal.emulator.onWriteParsed(() => rawAtFrames.push(input.raw)),
    },
  )
  await shows('❯ eu-west-1')
  expect(rawAtFrames).toContain(true)
  expect(rawAtFrames).not.toContain(false)
})
