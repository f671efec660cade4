import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import {run, scratch, start} from './run.ts'

const PIPE = join(scratch, 'pipe')

const preload = (code: string) => ['--import', `data:text/javascript,${encodeURIComponent(code)}`]

/** Reads from a pipe that nobody writes to, for ever, as getaddrinfo(3) waits in a hanging name service module. */
const HANG = preload(`process.getBuiltinModule('node:fs').open('${PIPE}', 'r', () => undefined)`)
const SAYS_END = preload(
  "process.on('exit', code => process.getBuiltinModule('node:fs').writeSync(2, 'exit ' + code))",
)

const withoutTimes = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?|("durationMs": )\d+|[\d.]+ m?s\b/g, '')

beforeAll(() => {
  execFileSync('mkfifo', [PIPE])
})

describe('a run whose thread hangs in a system call ends with its report:', () => {
  test.each([
    [['check', '--only', 'os', '--json'], 0],
    [['check', '--only', 'os', '--strict'], 3],
    [['regions', '--format', 'json'], 0],
    [['chek'], 2],
    [['--help'], 0],
  ])('%j', async (args, code) => {
    const undisturbed = await run(args)
    const hanging = await run(args, {node: HANG})
    expect(hanging.code).toBe(code)
    expect(undisturbed.code).toBe(code)
    expect(withoutTimes(hanging.stdout)).toBe(withoutTimes(undisturbed.stdout))
  })

  test('and listeners of its end are called once', async () => {
    const {stderr} = await run(['regions'], {node: [...HANG, ...SAYS_END]})
    expect(stderr).toBe('exit 0')
  })

  test('and a slow reader gets everything', async () => {
    const child = start(['regions', '--format', 'json'], {node: HANG})
    let read = ''
    for await (const chunk of child.stdout ?? []) {
      read += chunk
      await new Promise(resolve => setImmediate(resolve))
    }
    if (child.exitCode === null) await once(child, 'close')
    expect(JSON.parse(read)).toMatchObject({})
  })
})
