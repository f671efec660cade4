import {once} from 'node:events'
import {openSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {run, start} from './run.ts'

const COMMANDS = [
  ['check', '--only', 'os'],
  ['check', '--only', 'os', '--json'],
  ['regions'],
  ['schema'],
  ['--help'],
]

describe.each(COMMANDS)('%s %s %s %s', (...words) => {
  const args = words.filter(word => word !== undefined)

  test.each([[['stdout']], [['stderr']], [['stdout', 'stderr']]] as const)(
    'ends quietly with 0 when the reader of %j has gone',
    async gone => {
      const child = start(args)
      for (const name of gone) child[name]?.destroy()
      let said = ''
      if (!gone.some(name => name === 'stderr')) child.stderr?.on('data', text => (said += text))
      if (!gone.some(name => name === 'stdout')) child.stdout?.resume()
      const [code] = await once(child, 'close')
      expect(code).toBe(0)
      expect(said).not.toMatch(/EPIPE|Error|drs-onboard:/)
    },
  )

  test('says so when stdout is on a full disk', async () => {
    const {code, stderr} = await run(args, {stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe']})
    expect(stderr).toMatch(
      /^drs-onboard: The result cannot be written to stdout \(no space left on the device\); [^\n]+\.\n$/m,
    )
    expect(stderr).not.toContain('    at ')
    expect(code).toBe(2)
  })
})

test('a usage error stays one when nobody reads it', async () => {
  const child = start(['chek'])
  child.stderr?.destroy()
  child.stdout?.resume()
  expect((await once(child, 'close'))[0]).toBe(2)
})

test('a slow reader gets everything', async () => {
  const args = ['regions', '--format', 'json']
  const whole = (await run(args)).stdout
  expect(whole.length).toBeGreaterThan(64 * 1024)
  const child = start(args)
  child.stderr?.resume()
  let slow = ''
  for await (const chunk of child.stdout ?? []) {
    slow += chunk
    await new Promise(setImmediate)
  }
  expect(slow).toBe(whole)
})
