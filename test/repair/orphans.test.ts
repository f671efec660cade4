import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, copyFile, readFile, realpath, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import type {Command} from '../../src/contract/remedy.ts'
import {thisProcess} from '../../src/repair/journal/process-identity.ts'
import {findOrphans, untilEnded} from '../../src/repair/orphans.ts'
import {plannedStep, temporaryDirectory} from './marks.ts'

const OTHER = 12345
const isRoot = process.getuid?.() === 0
const {do: COMMAND} = plannedStep('OUTPUT', {id: 'open-443-0000000a'})
const ARGS = COMMAND.slice(1)
const WAIT = 'echo begun; while :; do sleep 0.05; done'

/** Runs a script that says when it has begun, and is killed with the test. */
async function start(command: Command, options: {uid?: number; argv0?: string} = {}): Promise<ChildProcess> {
  const [program, ...args] = command
  const child = spawn(program, args, {...options, gid: options.uid, stdio: ['ignore', 'pipe', 'inherit']})
  running.push(child)
  await once(child.stdout, 'data')
  return child
}
let running: ChildProcess[] = []

describe.runIf(process.platform === 'linux')('findOrphans', () => {
  let bin: string
  /** A program of the test's own, first on PATH: a script that waits, or that script's interpreter. */
  let script: string

  beforeEach(async () => {
    bin = await temporaryDirectory()
    await chmod(bin, 0o755)
    script = join(bin, 'iptables')
    await writeFile(script, `#!/bin/sh\n${WAIT}\n`, {
      mode: 0o755,
    })
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    for (const child of running) child.kill('SIGKILL')
    running = []
  })

  const pids = async (command: Command = COMMAND, startTicks: string | null = null) =>
    (await findOrphans(command, {...(await thisProcess()), startTicks})).map(({pid}) => pid)

  it('finds the command of a script', async () => {
    const {pid} = await start([script, ...ARGS])
    expect(await pids()).toEqual([pid])
  })

  it('finds the command of a program, whatever it was called by', async () => {
    await copyFile(await shell(), script)
    const {pid} = await start([script, '-c', WAIT, ...ARGS], {
      argv0: 'other',
    })
    expect(await pids()).toEqual([pid])
  })

  it('knows a handle that was looked up', async () => {
    const undo = ['delete', 'rule', 'inet', 'filter', 'output', 'handle'] as const
    await writeFile(join(bin, 'nft'), await readFile(script), {mode: 0o755})
    const {pid} = await start([join(bin, 'nft'), ...undo, '17'])
    expect(await pids(['nft', ...undo, '{handle}'])).toEqual([pid])
  })

  it('does not take what has the same words for it: another program, other arguments, an older process', async () => {
    await start(['/bin/sh', '-c', WAIT, 'iptables', ...ARGS])
    await start([script, ...ARGS, 'more'])
    await start([script, ...ARGS.with(-1, 'DROP')])
    const older = await start([script, ...ARGS])
    const [found] = await findOrphans(COMMAND, {...(await thisProcess()), startTicks: null})
    expect(found?.pid).toBe(older.pid)
    expect(await pids(COMMAND, String(BigInt(found?.startTicks ?? '0') + 1n))).toEqual([])
    expect(await pids(COMMAND, found?.startTicks)).toEqual([older.pid])
  })

  it.runIf(isRoot)("does not take another user's process for it, whatever that says of itself", async () => {
    await start([script, ...ARGS], {uid: OTHER})
    await start([script, ...ARGS], {uid: OTHER, argv0: 'iptables'})
    await start(['/bin/sh', '-c', WAIT, 'iptables', ...ARGS], {
      uid: OTHER,
    })
    await copyFile(await shell(), join(bin, 'set-uid'))
    await chmod(join(bin, 'set-uid'), 0o4755)
    await start([join(bin, 'set-uid'), '-p', script, ...ARGS], {uid: OTHER})
    expect(await pids()).toEqual([])
  })

  it('waits until it has ended, and no longer', async () => {
    const child = await start([script, ...ARGS])
    const orphans = await findOrphans(COMMAND, {...(await thisProcess()), startTicks: null})
    const waiting = untilEnded(orphans, new AbortController().signal)
    child.kill('SIGKILL')
    expect(await waiting).toEqual([])
  })

  it('stops waiting when the run is ended', async () => {
    await start([script, ...ARGS])
    const orphans = await findOrphans(COMMAND, {...(await thisProcess()), startTicks: null})
    await expect(untilEnded(orphans, AbortSignal.abort(new Error('ended')))).rejects.toThrow('ended')
  })
})

const shell = () => realpath('/bin/sh')
