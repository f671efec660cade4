import {afterEach, beforeEach, expect, it, vi} from 'vitest'
import type {CommandLimits, CommandResult, RunCommand} from '../../../src/platform/process/command.ts'
import {mayWork, patientCommand, type SlowProgram} from '../../../src/platform/process/patient-command.ts'
import {readCommand} from '../../../src/platform/process/read-command.ts'

beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'performance']})
})
afterEach(() => {
  vi.useRealTimers()
})

/** Programs that end, or print, when they are told to. */
function programs() {
  const started = new Map<string, {limits: CommandLimits; end: (result: CommandResult) => void}>()
  const run: RunCommand = ([program], limits = {}) =>
    new Promise(resolve => {
      started.set(program, {limits, end: resolve})
      limits.signal?.addEventListener('abort', () => resolve({kind: 'aborted'}))
    })
  return {
    run,
    end: (program: string) =>
      started.get(program)?.end({kind: 'exited', code: 0, stdout: program, stderr: ''}),
    print: (program: string) => started.get(program)?.limits.onOutput?.(),
  }
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000)

it('gives programs up when none of them moves any more, each with the time that it had', async () => {
  const {run, end} = programs()
  const patient = patientCommand(run, {stallMs: 30_000})
  const [nft, save] = [patient(['nft']), patient(['iptables-save'])]
  await pass(29)
  end('nft')
  expect(await nft).toMatchObject({kind: 'exited'})
  await pass(29)
  await pass(1)
  expect(await save).toEqual({kind: 'timed-out', afterMs: 59_000})
})

it('waits for one that prints, however long', async () => {
  const {run, print, end} = programs()
  const save = patientCommand(run, {stallMs: 30_000})(['iptables-save'])
  for (let step = 0; step < 10; step += 1) {
    await pass(25)
    print('iptables-save')
  }
  end('iptables-save')
  expect(await save).toMatchObject({kind: 'exited', stdout: 'iptables-save'})
})

it('has less patience with what is started after that', async () => {
  const {run} = programs()
  const patient = patientCommand(run, {stallMs: 30_000})
  const first = patient(['nft'])
  await pass(30)
  expect(await first).toMatchObject({kind: 'timed-out', afterMs: 30_000})
  const second = patient(['iptables'])
  await pass(10)
  expect(await second).toEqual({kind: 'timed-out', afterMs: 10_000})
})

it('reports slow programs, while they run and when they have ended', async () => {
  const {run, end} = programs()
  const waiting: [string, number][] = []
  const ended: SlowProgram[] = []
  const slow = {
    waiting: (program: string, seconds: number) => waiting.push([program, seconds]),
    ended: (program: SlowProgram) => ended.push(program),
  }
  const patient = patientCommand(run, {slow, stallMs: 30_000})
  const all = [patient(['nft', '-j', 'list', 'ruleset']), patient(['ip']), patient(['ss'])]
  await pass(1)
  end('ip')
  await pass(14)
  end('nft')
  await pass(30)
  await Promise.all(all)
  expect(waiting).toEqual([
    ['nft -j list ruleset', 10],
    ['ss', 10],
  ])
  expect(ended).toEqual([
    {program: 'nft -j list ruleset', seconds: 15, answered: true},
    {program: 'ss', seconds: 45, answered: false},
  ])
})

it('ends with the run, which is not slowness', async () => {
  const {run} = programs()
  const abort = new AbortController()
  const ended: SlowProgram[] = []
  const slow = {waiting: () => undefined, ended: (program: SlowProgram) => ended.push(program)}
  const result = patientCommand(run, {slow})(['nft'], {signal: abort.signal})
  abort.abort()
  expect(await result).toEqual({kind: 'aborted'})
  expect(ended).toEqual([])
})

it('ends a real program', async () => {
  vi.useRealTimers()
  const patient = patientCommand(readCommand, {stallMs: 50})
  expect(await patient(['sleep', '60'])).toMatchObject({kind: 'timed-out'})
})

it('takes a slow program for one that is there', () => {
  expect(mayWork({kind: 'timed-out', afterMs: 1})).toBe(true)
  expect(mayWork({kind: 'exited', code: 0, stdout: '', stderr: ''})).toBe(true)
  expect(mayWork({kind: 'exited', code: 127, stdout: '', stderr: ''})).toBe(false)
  expect(mayWork({kind: 'not-found', program: 'nft'})).toBe(false)
})
