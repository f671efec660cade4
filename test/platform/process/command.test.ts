import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {runCommand} from '../../../src/platform/process/command.ts'

const shell = (script: string): [string, ...string[]] => ['sh', '-c', script]

/** Whether a process is there; one that has ended and was not waited for is not. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('runCommand', () => {
  test.each([
    [
      'says what was printed',
      shell('echo out; echo err >&2; exit 3'),
      {},
      {kind: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n'},
    ],
    ['gives it its input', ['cat'] as const, {input: 'ä\n'}, {kind: 'exited', code: 0, stdout: 'ä\n'}],
    ['gives it none', ['cat'] as const, {}, {kind: 'exited', code: 0, stdout: ''}],
    [
      'does not mind that input is not read',
      ['true'] as const,
      {input: 'x'.repeat(1_000_000)},
      {kind: 'exited', code: 0},
    ],
    ['gives a character for each byte', shell("printf '\\303\\244'"), {encoding: 'latin1'}, {stdout: 'Ã¤'}],
    ['runs it in the C locale', shell('echo "$LC_ALL"'), {}, {stdout: 'C\n'}],
    [
      'reports a program that is not there',
      ['no-such-program'] as const,
      {},
      {kind: 'not-found', program: 'no-such-program'},
    ],
    ['reports a signal', shell('kill -HUP $$'), {}, {kind: 'killed', signal: 'SIGHUP'}],
    [
      'ends what prints without an end',
      ['yes'] as const,
      {maxBytes: 100_000},
      {kind: 'too-much-output', limitBytes: 100_000},
    ],
    ['ends what does not end', ['sleep', '600'] as const, {timeoutMs: 50}, {kind: 'timed-out', afterMs: 50}],
    [
      'ends what will not be ended',
      shell('trap "" TERM; while :; do sleep 0.1; done'),
      {timeoutMs: 50},
      {kind: 'timed-out', afterMs: 50},
    ],
    [
      'does not wait for others that have the output of a stopped program open',
      shell('sleep 90 & exec sleep 600'),
      {timeoutMs: 50},
      {kind: 'timed-out', afterMs: 50},
    ],
  ] as const)('%s', async (_, command, limits, expected) => {
    expect(await runCommand(command, limits)).toMatchObject(expected)
  })

  test('reports a program that may not be run', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'drs-command-'))
    try {
      const program = join(directory, 'program')
      await writeFile(program, '#!/bin/sh\n')
      await chmod(program, 0o644)
      expect(await runCommand([program])).toEqual({kind: 'not-permitted', program})
    } finally {
      await rm(directory, {recursive: true})
    }
  })

  test('finds programs of the system directories without a PATH', async () => {
    const path = process.env.PATH
    process.env.PATH = ''
    try {
      expect(await runCommand(['true'])).toMatchObject({kind: 'exited', code: 0})
    } finally {
      process.env.PATH = path
    }
  })

  test('is cancelled, before and while it runs', async () => {
    expect(await runCommand(['sleep', '600'], {signal: AbortSignal.abort()})).toEqual({kind: 'aborted'})
    const cancel = new AbortController()
    const result = runCommand(['sleep', '600'], {signal: cancel.signal})
    cancel.abort()
    expect(await result).toEqual({kind: 'aborted'})
  })

  test('runs a change in a process group of its own', async () => {
    const group = async (detached: boolean) => {
      const result = await runCommand(shell('echo $$; ps -o pgid= -p $$'), {detached})
      return result.kind === 'exited' ? result.stdout.trim().split(/\s+/) : []
    }
    const [pid, pgid] = await group(true)
    expect(pgid).toBe(pid)
    const [ours, theirs] = await group(false)
    expect(theirs).not.toBe(ours)
  })

  test('what runs ends with this process', async () => {
    const module = new URL('../../../src/platform/process/command.ts', import.meta.url).href
    const program = `const {runCommand} = await import('${module}')
      void runCommand(['sh', '-c', 'echo $$ > "$0"; exec sleep 600', process.argv[1]])
      const {existsSync, readFileSync} = await import('node:fs')
      const look = () => existsSync(process.argv[1]) && readFileSync(process.argv[1], 'utf8').endsWith('\\n') ? process.exit(0) : setTimeout(look, 10)
      look()`
    const directory = await mkdtemp(join(tmpdir(), 'drs-command-'))
    const file = join(directory, 'pid')
    try {
      const result = await runCommand([process.execPath, '--input-type=module', '-e', program, file])
      expect(result).toMatchObject({kind: 'exited', code: 0})
      const pid = Number(await readFile(file, 'utf8'))
      await expect.poll(() => isAlive(pid), {timeout: 10_000}).toBe(false)
    } finally {
      await rm(directory, {recursive: true})
    }
  })
})
