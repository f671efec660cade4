import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
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

test.concurrent.each([
  ['the config file', KINDS[0][1], '{"only": ', '}'],
  ['the firewall state', KINDS[2][1], '', ''],
  ['a member of it', KINDS[2][1], `${JSON.stringify(HOST).slice(0, -1)}, "routes": `, '}'],
  ['the policy', KINDS[3][1], '{"Version": "2012-10-17", "Statement": ', '}'],
  ['a probe', KINDS[4][1], '{"port": 443, "to": ', '}'],
] as const)(
  'JSON nested 100,000 deep in %s is refused in one sentence',
  async (name, command, before, after) => {
    const path = join(scratch, `nested ${name}`)
    writeFileSync(path, `${before}${'['.repeat(100_000)}${']'.repeat(100_000)}${after}`)
    const ended = await run(command(path).filter(word => word !== '--only' && word !== 'os'))
    expect(ended).toMatchObject({code: 2, stdout: ''})
    expect(ended.stderr).toMatch(/^drs-onboard: [^\n]+\n$/)
  },
)

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
      new RegExp(`^drs-onboard: ${what} [^\\n]+it is a pipe without a writer for 5 s[^\\n]+\\n$`),
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

const HANG = join(scratch, 'hang')
mkdirSync(HANG)

/**
 * A file system whose server never answers, as of a dead NFS server: a FUSE mount whose device somebody has open. It is
 * gone with its mount namespace.
 */
const MOUNT = `exec 3<> /dev/fuse
mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none "$HANG" || exit 99
sleep 60 > /dev/null 2>&1 &
echo $! > "$PID"`

const isPossible =
  spawnSync('unshare', ['--mount', 'sh', '-c', `${MOUNT}; kill "$(cat "$PID")"`], {
    env: {...process.env, HANG, PID: join(scratch, 'probe')},
  }).status === 0

const ENDINGS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

const FILE = join(HANG, 'file')

const RUNS: readonly (readonly string[])[] = [
  ['check', '--only', 'os', '--config', FILE],
  ['check', '--only', 'drs-endpoint', '--region', 'eu-central-1', '--ca-bundle', FILE],
  ['check', '--only', 'os', '--output', FILE],
  ['check', '--only', 'os', '--output-installer', HANG],
  ['explain', '--state', FILE, '--to', '192.0.2.1', '--port', '443'],
  ['policy', 'check', FILE, '--region', 'eu-central-1'],
  ['undo', '--list'],
  ['undo', '--yes'],
  ['fix', '--yes', '--only', 'os'],
]

// Root alone may mount, and not in every container.
if (isPossible)
  describe('a file system that never answers', () => {
    test.concurrent.each(
      RUNS.flatMap((args, index) => {
        const [signal, code] = ENDINGS[index % ENDINGS.length] ?? ENDINGS[0]
        return [{args, signal, code}]
      }),
    )('$args ends by $signal with $code', async ({args, signal, code}) => {
      const pidFile = join(scratch, `pid-${args.join('-').replaceAll('/', '_')}`)
      const child = spawn(
        'unshare',
        ['--mount', 'sh', '-c', `${MOUNT}\nexec "$@" 3<&-`, 'sh', NODE, CLI, ...args],
        {
          env: {PATH: process.env.PATH, HOME: scratch, HANG, PID: pidFile, DRS_ONBOARD_STATE_DIR: FILE},
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      const ended = once(child, 'close')
      try {
        while (!hangs(child.pid)) await pause(20)
        child.kill(signal)
        expect(await ended).toEqual([code, null])
      } finally {
        process.kill(Number(readFileSync(pidFile, 'utf8')))
      }
    })
  })

/** Whether a thread of a process waits for an answer of FUSE. */
function hangs(pid: number | undefined): boolean {
  const tasks = `/proc/${pid}/task`
  try {
    return readdirSync(tasks).some(task => /fuse/.test(readFileSync(join(tasks, task, 'wchan'), 'utf8')))
  } catch {
    return false
  }
}
