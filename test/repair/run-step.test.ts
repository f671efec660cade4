import {readFileSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {runCommand} from '../../src/platform/process/command.ts'
import {askPresence, runChange, takeBack} from '../../src/repair/run-step.ts'
import {FAILING, markStep, temporaryDirectory} from './marks.ts'

/** proc_pid_stat(5): the fifth field is the process group. */
const groupOf = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]

describe.runIf(process.platform === 'linux')('runChange', () => {
  it("is out of reach of the terminal's Ctrl-C, which goes to our process group", async () => {
    const result = await runChange(['cat', '/proc/self/stat'], runCommand)
    expect(result).toMatchObject({kind: 'exited', code: 0})
    expect(groupOf('stdout' in result ? result.stdout : '')).not.toBe(
      groupOf(readFileSync('/proc/self/stat', 'utf8')),
    )
  })
})

describe('askPresence', () => {
  it.each([
    [['true'], {kind: 'present', handle: null, found: ''}],
    [['false'], {kind: 'absent'}],
    [FAILING, {kind: 'unknown', reason: expect.stringContaining('exit code 2')}],
    [
      ['drs-onboard-no-such-program'],
      {kind: 'unknown', reason: '`drs-onboard-no-such-program` is not installed'},
    ],
    [null, {kind: 'unknown', reason: 'this change cannot be looked up'}],
  ] as const)('%j', async (alreadyDone, expected) => {
    expect(await askPresence(markStep('/', 'x', {alreadyDone}), runCommand)).toEqual(expected)
  })
})

describe('takeBack', () => {
  it('tells what it undid from what was gone', async () => {
    const host = await temporaryDirectory()
    const step = markStep(host, 'a')
    expect(await takeBack(step, runCommand)).toEqual({outcome: 'was-gone'})
    await mkdir(join(host, 'a'))
    expect(await takeBack(step, runCommand)).toEqual({outcome: 'undone'})
  })

  it('does not take a question that cannot be answered for a no', async () => {
    const step = markStep(await temporaryDirectory(), 'a', {alreadyDone: FAILING})
    expect(await takeBack(step, runCommand)).toMatchObject({outcome: 'failed'})
  })

  it('bears with somebody who removes it at the same time', async () => {
    const host = await temporaryDirectory()
    await mkdir(join(host, 'a'))
    const step = markStep(host, 'a', {undo: ['sh', '-c', `rmdir ${join(host, 'a')}; exit 1`]})
    expect(await takeBack(step, runCommand)).toEqual({outcome: 'was-gone'})
  })
})
