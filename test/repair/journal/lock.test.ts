import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, chown, mkdir, readdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it, onTestFinished} from 'vitest'
import {acquireLock, findRun, requireNoRun} from '../../../src/repair/journal/lock.ts'
import {thisProcess} from '../../../src/repair/journal/process-identity.ts'
import {temporaryDirectory} from '../marks.ts'

const HOLDER = `
  const {acquireLock} = await import(${JSON.stringify(new URL('../../../src/repair/journal/lock.ts', import.meta.url).href)})
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
      new RegExp(`^Another run of drs-onboard is active \\(process ${child.pid}, since \\d{4}-.*Z\\)`),
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
    ['a process id that was given out again', {startTicks: '1'}],
  ])('recognises a dead lock by %s', async (_name, change) => {
    const directory = await temporaryDirectory()
    const claim = {...(await thisProcess()), startedAt: '2025-01-31T09:45:00.000Z'}
    await writeFile(join(directory, 'lock.7'), JSON.stringify({...claim, ...change}))
    const lock = await acquireLock(directory)
    expect(await readdir(directory)).toEqual(['lock.8'])
    await lock.release()
  })

  const alive = async () => JSON.stringify({...(await thisProcess()), startedAt: '2025-01-31T09:45:00.000Z'})

  it.each<[string, (path: string) => Promise<unknown>]>([
    [
      'that others can write to',
      async path => {
        await writeFile(path, await alive())
        await chmod(path, 0o666)
      },
    ],
    [
      'that is a link',
      async path => {
        await writeFile(`${path}.real`, await alive(), {mode: 0o600})
        await symlink(`${path}.real`, path)
      },
    ],
    ['that is a link to nothing', path => symlink('/nowhere', path)],
    ['that is a pipe', path => promisify(execFile)('mkfifo', ['-m', '600', path])],
    ['that is a directory', path => mkdir(path)],
    ...(process.getuid?.() === 0
      ? [
          [
            'of another user, for a process that is alive',
            async (path: string) => {
              await writeFile(path, await alive(), {mode: 0o600})
              await chown(path, 12345, 12345)
            },
          ] as [string, (path: string) => Promise<unknown>],
        ]
      : []),
  ])('passes over a lock that another user may have planted: one %s', async (_name, plant) => {
    const directory = await temporaryDirectory()
    await plant(join(directory, 'lock.7'))
    expect(await findRun(directory)).toBeNull()
    await requireNoRun(directory)
    const lock = await acquireLock(directory)
    expect(await readdir(directory)).toContain('lock.8')
    await expect(acquireLock(directory)).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
    await (await acquireLock(directory)).release()
  })

  it('goes on from no number that it cannot count on from', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'lock.99999999999999999999'), '')
    await writeFile(
      join(directory, 'lock.007'),
      JSON.stringify({...JSON.parse(await alive()), startTicks: '1'}),
    )
    const lock = await acquireLock(directory)
    expect(await readdir(directory)).toContain('lock.8')
    await lock.release()
  })

  it('is not taken in a directory that others can write to', async () => {
    const directory = await temporaryDirectory()
    await chmod(directory, 0o777)
    await expect(acquireLock(directory)).rejects.toThrow(/is not used/)
    expect(await readdir(directory)).toEqual([])
  })

  it('refuses a lock file that it cannot understand', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'lock.1'), 'x')
    await expect(acquireLock(directory)).rejects.toThrow(join(directory, 'lock.1'))
  })
})
