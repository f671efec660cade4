import {describe, expect, test} from 'vitest'
import {readCommand} from '../../../src/platform/process/read-command.ts'

const shell = (script: string): [string, ...string[]] => ['sh', '-c', script]

describe('readCommand', () => {
  test.each([
    [
      'says what was printed',
      shell('echo out; echo err >&2'),
      {},
      {code: 0, stdout: 'out\n', stderr: 'err\n'},
    ],
    ['says so of one that failed, too', shell('echo out; exit 3'), {}, {code: 3, stdout: 'out\n'}],
    ['gives it its input', ['cat'] as const, {input: 'ä\n'}, {kind: 'exited', stdout: 'ä\n'}],
    ['gives it none', ['cat'] as const, {}, {kind: 'exited', stdout: ''}],
    ['does not mind that input is not read', ['true'] as const, {input: 'x'.repeat(1_000_000)}, {code: 0}],
    ['runs it in the C locale', shell('echo "$LC_ALL"'), {}, {stdout: 'C\n'}],
    ['reports a program that is not there', ['no-such-program'] as const, {input: 'x'}, {kind: 'not-found'}],
    ['reports one that may not be run', ['/etc/passwd'] as const, {}, {kind: 'not-permitted'}],
    ['reports a signal', shell('kill -HUP $$'), {}, {kind: 'killed', signal: 'SIGHUP'}],
    ['ends what prints without an end', ['yes'] as const, {maxBytes: 100_000}, {kind: 'too-much-output'}],
    [
      'ends what will not be ended, and waits for nobody else who holds its output',
      shell('trap "" TERM; sleep 30 & wait'),
      {timeoutMs: 50},
      {kind: 'timed-out', afterMs: 50},
    ],
  ] as const)('%s', async (_, command, limits, expected) => {
    expect(await readCommand(command, limits)).toMatchObject(expected)
  })

  test('is cancelled, before and while it runs', async () => {
    expect(await readCommand(['sleep', '600'], {signal: AbortSignal.abort()})).toEqual({kind: 'aborted'})
    const cancel = new AbortController()
    const result = readCommand(['sleep', '600'], {signal: cancel.signal})
    cancel.abort()
    expect(await result).toEqual({kind: 'aborted'})
  })
})
