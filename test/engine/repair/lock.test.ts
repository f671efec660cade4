import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {acquireLock} from '../../../src/engine/repair/lock.ts'
import {thisProcess} from '../../../src/engine/repair/process-identity.ts'
import {temporaryDirectory} from './marks.ts'

const HOLDER = `
  const {acquireLock} = await import(${JSON.stringify(new URL('../../../src/engine/repair/lock.ts', import.meta.url).href)})
  try {
    await acquireLock(process.argv[1])
    console.log('held')
    setInterval(() => {}, 1000)
  } catch (error) {
    console.log(error.message)
  }
`

/** A process that takes the lock and holds it until it is killed. */
function holder(directory: string): {child: ChildProcess; said: Promise<string>} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {child, said: once(child.stdout, 'data').then(([data]) => String(data).trim())}
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

describe('acquireLock', () => {
  it('lets one run in at a time, and names it to the others', async () => {
    const directory = await temporaryDirectory()
    const {child, said} = holder(directory)
    expect(await said).toBe('held')
    await expect(acquireLock(directory)).rejects.toThrow(
      new RegExp(`^Another run of drs-onboard is at work here \\(process ${child.pid}, since \\d{4}-.*Z\\)`),
    )
  })

  it('is free again after its release, and leaves nothing behind', async () => {
    const directory = await temporaryDirectory()
    const first = await acquireLock(directory)
    await expect(acquireLock(directory)).rejects.toThrow(`process ${process.pid}`)
    await first.release()
    const second = await acquireLock(directory)
    await second.release()
    expect(await readdir(directory)).toEqual([])
  })

  it('passes over the lock of a process that was killed', async () => {
    const directory = await temporaryDirectory()
    const {child, said} = holder(directory)
    await said
    await kill(child)
    const lock = await acquireLock(directory)
    expect(await readdir(directory)).toEqual(['lock.2'])
    await lock.release()
  })

  it('lets exactly one of many runs past a dead lock', async () => {
    const directory = await temporaryDirectory()
    const dead = holder(directory)
    await dead.said
    await kill(dead.child)
    const tries = await Promise.allSettled(Array.from({length: 20}, () => acquireLock(directory)))
    expect(tries.filter(({status}) => status === 'fulfilled')).toHaveLength(1)
  })

  it.each([
    ['another boot', {bootId: 'another boot'}],
    ['a process id that was given out anew', {startTicks: '1'}],
  ])('recognises a dead lock by %s', async (_name, change) => {
    const directory = await temporaryDirectory()
    const claim = {...(await thisProcess()), startedAt: '2025-01-31T09:45:00.000Z'}
    await writeFile(join(directory, 'lock.7'), JSON.stringify({...claim, ...change}))
    const lock = await acquireLock(directory)
    expect(await readdir(directory)).toEqual(['lock.8'])
    await lock.release()
  })

  it('refuses a lock file that it cannot understand', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'lock.1'), 'x')
    await expect(acquireLock(directory)).rejects.toThrow(join(directory, 'lock.1'))
  })
})
