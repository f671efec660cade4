import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {CLI, NODE} from '../lab/lib/paths.ts'
import {type Ended, run, scratch, start} from './run.ts'

const FAILED = `The installation of the AWS Replication Agent has started.
AWS Region Name: us-east-1
Cannot find kernel headers
The installation of the AWS Replication Agent has started.
AWS Region Name: eu-central-1
AWS Access Key ID: AKIAIOSFODNN7EXAMPLE
AWS Secret Access Key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
Downloading of 'https://b.s3.eu-central-1.amazonaws.com/latest/linux/f' failed.
This is usually caused by lack of routing to AWS, firewall configuration that block the connection.
Error details: <urlopen error [Errno 110] Connection timed out>
ERROR token=abc\u001b[31m\u202e Failed to compile the AWS Replication Agent kernel driver.
`
const INSTALLED = `The installation of the AWS Replication Agent has started.
The AWS Replication Agent was successfully installed.
`

function file(name: string, content: string | Buffer): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

const failed = file('failed.log', FAILED)
const installed = file('installed.log', INSTALLED)

/** One sentence on stderr that a terminal can be shown, and nothing on stdout. */
function expectRefused({code, stdout, stderr}: Ended, sentence: string | RegExp): void {
  expect(stderr).toMatch(/^drs-onboard: [^\p{Cc}\p{Cf}]+\.\n$/u)
  expect(stderr).toMatch(sentence)
  expect({code, stdout}).toEqual({code: 2, stdout: ''})
}

test('names the cause, its owner, the next step and the check', async () => {
  const {code, stdout, stderr} = await run(['diagnose', 'failed.log'], {cwd: scratch})
  expect({code, stderr}).toEqual({code: 3, stderr: ''})
  expect(stdout.replaceAll(`${NODE} ${CLI}`, 'drs-onboard')).toMatchInlineSnapshot(`
    "CAUSE FOUND: A connection on TCP 443 got no answer: something between this server and AWS drops it.
    [tcp.timeout]

    Owner    not known from the log; first you (this server)
    Next     Run the check: it shows whether a rule of this server blocks the connection, or the
             network.
    Check    drs-onboard check --only firewall-443,drs-endpoint,s3-buckets,installer-download --region eu-central-1
    Log      failed.log:10: Error details: <urlopen error [Errno 110] Connection timed out>
    Source   AWS DRS User Guide, Linux agent installation errors (read 2026-11):
             https://docs.aws.amazon.com/drs/latest/userguide/agent-install-linux-errors.html

    Also in this run; these may follow from it:
      The driver could not be compiled: mostly a compiler other than that of the kernel, or a full disk.
      [agent.build.compiler]
        failed.log:11: ERROR token=<REDACTED> Failed to compile the AWS Replication Agent kernel driver.

    Read failed.log: log of the installer, 2 runs, of which the last is judged, 11 lines.
    "
  `)
})

test('prints the contract’s JSON', async () => {
  const {code, stdout} = await run(['diagnose', '--json', '--all', failed])
  expect(code).toBe(3)
  const {sources, causes, ...rest} = JSON.parse(stdout)
  expect(rest).toEqual({
    schemaVersion: 1,
    tool: {name: 'drs-onboard', version: expect.any(String)},
    outcome: 'cause-found',
    errors: [],
  })
  expect(sources).toEqual([
    {file: failed, kind: 'installer', runs: 2, lines: 11, skippedBytes: 0, namesAgent: true},
  ])
  expect(causes.map(({role, code}: {role: string; code: string}) => [role, code])).toEqual([
    ['cause', 'tcp.timeout'],
    ['follower', 'agent.build.compiler'],
    ['past', 'agent.build.headers'],
  ])
  expect(causes[0]).toMatchObject({
    owner: 'this-host',
    ownerKnown: false,
    count: 1,
    first: 10,
    last: 10,
    settledBy: [
      NODE,
      CLI,
      'check',
      '--only',
      expect.stringContaining('s3-buckets'),
      '--region',
      'eu-central-1',
    ],
  })
  expect(stdout).not.toMatch(/AKIA|wJalr|abc|\u202e/)
})

describe('exit codes', () => {
  test.each([
    ['text', /^INSTALLED: /],
    ['json', /"outcome": "installed"/],
    ['markdown', /^# Diagnosis/],
  ])('installed, as %s: 0', async (format, says) => {
    const {code, stdout, stderr} = await run(['diagnose', installed, '--format', format])
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout).toMatch(says)
  })

  test('an unknown failure: 0, and it says so', async () => {
    const unknown = file(
      'unknown.log',
      'The installation of the AWS Replication Agent has started.\nERROR: sun spots\n',
    )
    const {code, stdout} = await run(['diagnose', unknown])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^UNKNOWN: /)
    expect(stdout).toContain(`${unknown}:2: ERROR: sun spots`)
  })

  test('two logs: the installer’s cause leads', async () => {
    const agent = file('agent.log.0', '{"message":"Load module failed","level":"ERROR"}\n')
    const {code, stdout} = await run(['diagnose', agent, failed, '--json'])
    expect(code).toBe(3)
    expect(
      JSON.parse(stdout).causes.map(({file: path, role}: {file: string; role: string}) => [path, role]),
    ).toEqual([
      [failed, 'cause'],
      [failed, 'follower'],
      [agent, 'follower'],
    ])
  })
})

test('Markdown has no markup from a log', async () => {
  const path = file('markup.log', 'ERROR `` <b> | [x](y) Load module failed\n')
  const {stdout} = await run(['diagnose', path, '--format', 'markdown'])
  expect(stdout).toContain(`- Log: \`\`\` ${path}:1: ERROR \`\` <b> | [x](y) Load module failed \`\`\``)
})

describe('reads', () => {
  const outcome = async (path: string, options = {}) => {
    const ended = await run(['diagnose', '--json', path], options)
    return ended.code === 2 ? ended.stderr : JSON.parse(ended.stdout).causes[0]?.code
  }

  test('what gzip has packed', async () => {
    const path = file('packed.log', FAILED)
    execFileSync('gzip', ['-f', path])
    expect(await outcome(`${path}.gz`)).toBe('tcp.timeout')
  })

  test('UTF-16, as PowerShell writes it, with CRLF', async () => {
    expect(
      await outcome(file('utf16.log', Buffer.from(`\ufeff${FAILED.replaceAll('\n', '\r\n')}`, 'utf16le'))),
    ).toBe('tcp.timeout')
  })

  test('standard input', async () => {
    expect(await outcome('-', {stdio: [openSync(failed, 'r'), 'pipe', 'pipe']})).toBe('tcp.timeout')
    const {stdout} = await run(['diagnose', '-'], {stdio: [openSync(failed, 'r'), 'pipe', 'pipe']})
    expect(stdout).toContain('Read standard input: ')
  })

  test('into a file', async () => {
    const output = join(scratch, 'diagnosis.json')
    const ended = await run(['diagnose', failed, '--json', '--quiet', '--output', output])
    expect(ended).toEqual({code: 3, stdout: '', stderr: ''})
  })

  test('the newest log of this directory, without a file', async () => {
    const cwd = join(scratch, 'place')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'aws_replication_agent_installer.log'), FAILED)
    const {code, stderr} = await run(['diagnose'], {cwd})
    expect(code).toBe(3)
    expect(stderr).toContain(`Reading ${cwd}/aws_replication_agent_installer.log.\n`)
    expect((await run(['diagnose', '--quiet'], {cwd})).stderr).toBe('')
  })
})

describe('refuses in one sentence', () => {
  test.concurrent.each([
    ['a directory', scratch, 'it is a directory, not a file'],
    ['a device', '/dev/zero', 'it is a device, not a file'],
    ['what is not there', join(scratch, 'none.log'), 'cannot be read (ENOENT)'],
    ['an empty file', file('empty.log', ''), 'is empty'],
    ['a program', NODE, 'is not text'],
    [
      'another log',
      file('other.log', 'nginx: GET / 404\n'),
      'has no line that is known from the AWS Replication Installer or Agent',
    ],
    ['a hostile name', join(scratch, 'x\u001b[31m\u202e'), 'cannot be read'],
    [
      'damaged gzip',
      file('damaged.gz', Buffer.from('1f8b0800000000000003cb48cdc9c95728', 'hex')),
      'is damaged gzip',
    ],
  ])('%s', async (_, path, sentence) => {
    expectRefused(await run(['diagnose', path]), sentence)
  })

  test('one of several', async () => {
    expectRefused(await run(['diagnose', failed, join(scratch, 'none.log')]), 'cannot be read (ENOENT)')
    expectRefused(await run(['diagnose', '-', '-']), 'Standard input (-) can be given only once.')
    expectRefused(await run(['diagnose', failed, '--format', 'csv']), 'text, json, markdown')
  })

  test.runIf(process.getuid?.() === 0)('what this user may not read, with what to do', async () => {
    const path = file('secret.log', FAILED)
    chmodSync(path, 0o600)
    chmodSync(scratch, 0o755)
    const ended = await run(['diagnose', path], {uid: 65_534, gid: 65_534})
    chmodSync(scratch, 0o700)
    expectRefused(ended, /cannot be read \(EACCES\): .* as root\.\n$/)
  })

  test('an endless input', async () => {
    expectRefused(
      await run(['diagnose', '-'], {stdio: [openSync('/dev/zero', 'r'), 'pipe', 'pipe']}),
      'is not text',
    )
    const endless = spawn('yes', ['AWS Replication Agent '.repeat(2_000)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      expectRefused(
        await run(['diagnose', '-'], {stdio: [endless.stdout, 'pipe', 'pipe']}),
        'is larger than 256 MiB',
      )
    } finally {
      endless.kill()
    }
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('while it waits in a pipe without an end, %s ends it with %d', async (signal, code) => {
  const pipe = join(scratch, `pipe-${signal}`)
  execFileSync('mkfifo', [pipe])
  const writer = openSync(pipe, 'r+')
  try {
    const child = start(['diagnose', pipe])
    while (!openFiles(child.pid).includes(pipe)) await pause(10)
    const closed = once(child, 'close')
    child.kill(signal)
    expect(await closed).toEqual([code, null])
  } finally {
    closeSync(writer)
  }
})

function openFiles(pid: number | undefined): readonly string[] {
  const directory = `/proc/${pid}/fd`
  return readdirSync(directory).flatMap(fd => {
    try {
      return [readlinkSync(join(directory, fd))]
    } catch {
      return []
    }
  })
}

describe('memory does not grow with', () => {
  /** Prints the most memory that the process had, in MiB. */
  const MEASURE = `process.on('exit', () => process.stderr.write('MiB=' + Math.round(process.resourceUsage().maxRSS / 1024)))`
  const measured = async (path: string) => {
    const node = ['--import', `data:text/javascript,${encodeURIComponent(MEASURE)}`]
    const {code, stdout, stderr} = await run(['diagnose', '--json', path], {node})
    return {
      code,
      mib: Number(/MiB=(\d+)/.exec(stderr)?.[1]),
      diagnosis: stdout === '' ? null : JSON.parse(stdout),
    }
  }

  test('a line of 100 MB', async () => {
    const path = file('long.log', 'AWS Replication Agent ')
    appendTimes(path, 'a://'.repeat(256 * 1024), 60)
    appendTimes(path, '\nLoad module failed\n', 1)
    const {code, mib, diagnosis} = await measured(path)
    expect(code).toBe(3)
    expect(diagnosis.causes).toHaveLength(1)
    expect(mib).toBeLessThan(250)
  })

  test('half a gigabyte of log, of which the last 64 MiB are read', async () => {
    const path = file('large.log', 'The installation of the AWS Replication Agent has started.\n')
    appendTimes(
      path,
      '2026-11-28 12:00:00 INFO sent a block of the volume to the queue\n'.repeat(16 * 1024),
      512,
    )
    appendTimes(path, 'urlopen error [Errno 110] Connection timed out\n', 1)
    const begun = performance.now()
    const {code, mib, diagnosis} = await measured(path)
    expect(code).toBe(3)
    expect(diagnosis.sources[0].skippedBytes).toBeGreaterThan(400 * 1024 * 1024)
    expect(mib).toBeLessThan(250)
    expect(performance.now() - begun).toBeLessThan(30_000)
    truncateSync(path)
  })

  test('what gzip makes of little', async () => {
    const path = file(
      'bomb.log.gz',
      execFileSync(
        'sh',
        ['-c', `yes 'AWS Replication Agent of a long line of a log' | head -c 600000000 | gzip -1`],
        {maxBuffer: 2 ** 28},
      ),
    )
    const {code, mib} = await measured(path)
    expect(code).toBe(2)
    expect(mib).toBeLessThan(250)
  })
})

function appendTimes(path: string, text: string, times: number): void {
  const open = openSync(path, 'a')
  for (let count = 0; count < times; count++) writeSync(open, text)
  closeSync(open)
}
