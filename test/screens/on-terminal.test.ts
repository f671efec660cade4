import {afterEach, describe, expect, test, vi} from 'vitest'
import {KEY} from './walk.tsx'
import {endAll, run, terminalConsole} from './wizard-on-terminal.ts'

afterEach(async () => {
  vi.unstubAllEnvs()
  await endAll()
})

describe('on the terminal', () => {
  test('frames replace one another: nothing piles up in the scrollback', async () => {
    const {input, output, shows} = run({mode: 'remediate'}, {columns: 40, rows: 12})
    await shows('Findings')
    for (let round = 0; round < 8; round++) input.write(KEY.down)
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.right)
    await shows('back to the list')
    expect(output.emulator.buffer.active.length).toBe(12)
    expect(output.lines.length).toBeLessThan(12)
  })

  test('a CI variable in the shell does not silence the wizard', async () => {
    vi.stubEnv('CI', 'true')
    vi.stubEnv('CONTINUOUS_INTEGRATION', '')
    await run().shows('❯ eu-west-1')
  })

  test('what somebody writes to the console does not tear the frame', async () => {
    const {shows, output} = run()
    await shows('❯ eu-west-1')
    terminalConsole.log('stray line')
    await shows('stray line')
    expect(output.lines.filter(line => line.includes('Suggested by AWS_REGION'))).toHaveLength(1)
    expect(output.lines[0]).toBe('stray line')
  })
})
