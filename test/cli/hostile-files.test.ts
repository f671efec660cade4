import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync, readdirSync, readlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {beforeAll, describe, expect, test} from 'vitest'
import {HOST} from '../firewall/host.ts'
import {CLI, NODE} from '../lab/lib/paths.ts'
import {run, scratch, start} from './run.ts'

const PIPE = join(scratch, 'pipe')
const HUGE = join(scratch, 'huge')
const SOCKET = join(scratch, 'socket')
const CAPTURED = join(scratch, 'captured.json')

const EXPLAIN = ['--to', '192.0.2.1', '--port', '443']

/** Every file that the user can name, and how messages call it. */
const KINDS = [
  ['The config file', (path: string) => ['check', '--only', 'os', '--config', path]],
  [
    'The CA bundle',
    (path: string) => ['check', '--only', 'drs-endpoint', '--region', 'eu-central-1', '--ca-bundle', path],
  ],
  ['The firewall state', (path: string) => ['explain', '--state', path, ...EXPLAIN]],
  ['The policy file', (path: string) => ['policy', 'check', path, '--region', 'eu-central-1']],
  ['The probe file', (path: string) => ['explain', '--state', CAPTURED, '--probes', path]],
] as const

/** Node removes its socket at the end, unless it is killed. */
const LISTEN_AND_DIE = `require('node:net').createServer().listen(${JSON.stringify(SOCKET)}, () => process.kill(process.pid, 'SIGKILL'))`

beforeAll(() => {
  execFileSync('mkfifo', [PIPE])
  execFileSync('sh', ['-c', '"$0" -e "$1" || true', process.execPath, LISTEN_AND_DIE], {stdio: 'ignore'})
  writeFileSync(HUGE, '')
  truncateSync(HUGE, 2 ** 40)
  writeFileSync(CAPTURED, JSON.stringify(HOST))
})

describe.each(KINDS)('%s', (what, command) => {
  test.concurrent.each([
    ['an endless device', '/dev/zero', 'it is a device, not a file'],
    ['a random device', '/dev/urandom', 'it is a device, not a file'],
    ['a directory', scratch, 'it is a directory, not a file'],
    ['a socket', SOCKET, 'it is a socket, not a file'],
    ['a file of a terabyte', HUGE, 'larger than'],
  ])('that is %s is refused in one sentence', async (_, path, why) => {
    const ended = await run(command(path))
    expect(ended).toMatchObject({code: 2, stdout: ''})
    expect(ended.stderr).toMatch(/^drs-onboard: [^\n]+\n$/)
    expect(ended.stderr).toContain(`${what} `)
    expect(ended.stderr).toContain(why)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('that is a pipe without an end: %s ends the run with %d', async (signal, code) => {
    const writer = openSync(PIPE, 'r+')
    try {
      const child = start(command(PIPE))
      await until(() => isOpenIn(child.pid, PIPE))
      const closed = once(child, 'close')
      child.kill(signal)
      expect(await closed).toEqual([code, null])
    } finally {
      closeSync(writer)
    }
  })
})

test('a pipe that nobody writes to is given up', async () => {
  const all = await Promise.all(KINDS.map(([, command]) => run(command(PIPE))))
  for (const [index, [what]] of KINDS.entries()) {
    expect(all[index]).toMatchObject({code: 2, stdout: ''})
    expect(all[index]?.stderr).toMatch(
      new RegExp(
        `^drs-onboard: ${what} [^\\n]+it is a pipe that nobody has opened to write for 5 s[^\\n]+\\n$`,
      ),
    )
  }
})

describe('a pipe is as good as a file:', () => {
  const judged = (path: string) => ['explain', '--state', path, ...EXPLAIN, '--json']

  test('one whose writer comes late and is slow', async () => {
    const pipe = join(scratch, 'late')
    execFileSync('mkfifo', [pipe])
    const child = start(judged(pipe))
    await until(() => isOpenIn(child.pid, pipe))
    const ended = once(child, 'close')
    const text = JSON.stringify(HOST)
    const writer = await open(pipe, 'w')
    await writer.write(text.slice(0, 10))
    await pause(100)
    await writer.write(text.slice(10))
    await writer.close()
    const [code] = await ended
    expect(code).toBe((await run(judged(CAPTURED))).code)
  })

  test.each([
    ['<(command)', 'exec "$0" "$@" --state <(cat "$STATE")'],
    ['/dev/stdin', 'cat "$STATE" | "$0" "$@" --state /dev/stdin'],
    ['-', '"$0" "$@" --state - < "$STATE"'],
  ])('%s', (_, script) => {
    const output = execFileSync('bash', ['-c', script, NODE, CLI, 'explain', ...EXPLAIN, '--json'], {
      env: {...process.env, STATE: CAPTURED},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(JSON.parse(String(output))).toMatchObject({verdict: expect.any(String)})
  })

  test('but an endless one is not read to its end', async () => {
    const child = start(judged('-'), {stdio: [openSync('/dev/zero', 'r'), 'pipe', 'pipe']})
    const [code] = await once(child, 'close')
    expect(code).toBe(2)
  })
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10)
}

function isOpenIn(pid: number | undefined, path: string): boolean {
  const directory = `/proc/${pid}/fd`
  return readdirSync(directory).some(fd => {
    try {
      return readlinkSync(join(directory, fd)) === path
    } catch {
      return false
    }
  })
}
