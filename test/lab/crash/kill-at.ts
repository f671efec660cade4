/**
 * Preloaded into the product (`node --import`): ends the process with SIGKILL at its CRASH_AT-th point, without any
 * help of its own. A point is before and after each call that changes a file, in the midst of writing one, and before,
 * during and after each command. With CRASH_LOG, names the points in a file, a line each.
 */
import childProcess from 'node:child_process'
import fs from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'

const {CRASH_VERB, CRASH_AT, CRASH_LOG} = process.env

let count = 0

function point(name: string): void {
  count += 1
  if (CRASH_LOG) fs.appendFileSync(CRASH_LOG, `${name}\n`)
  if (count === Number(CRASH_AT)) process.kill(process.pid, 'SIGKILL')
}

type AsyncFunction = (...args: unknown[]) => Promise<unknown>

const files = fs.promises as unknown as Record<string, AsyncFunction>

function breakFileCalls(target: Record<string, AsyncFunction>, names: readonly string[]): void {
  for (const name of names) {
    const original = target[name]
    if (!original) throw new Error(`Node has no ${name} any more.`)
    target[name] = async function (this: unknown, ...args) {
      const what = typeof args[0] === 'string' && args[0].startsWith('/') ? `${name} ${args[0]}` : name
      point(`before ${what}`)
      const result = await original.apply(this, args)
      point(`after ${what}`)
      return result
    }
  }
}

/** A process that is killed may have written a part. */
function breakWriting(handle: Record<string, AsyncFunction>): void {
  const {write, writeFile} = handle
  if (!write || !writeFile) throw new Error('Node has no write any more.')
  handle.writeFile = async function (this: unknown, data, ...more) {
    const half = String(data).slice(0, String(data).length / 2)
    if (count + 1 === Number(CRASH_AT)) await write.call(this, half)
    point('half-way through writeFile')
    return writeFile.call(this, data, ...more)
  }
}

function breakCommands(): void {
  const {spawn} = childProcess
  const broken = (...args: unknown[]) => {
    const name = [args[0], ...(Array.isArray(args[1]) ? args[1] : [])].join(' ')
    point(`before ${name}`)
    const child = Reflect.apply(spawn, childProcess, args) as childProcess.ChildProcess
    point(`during ${name}`)
    child.once('exit', () => point(`after ${name}`))
    return child
  }
  Object.assign(childProcess, {spawn: broken})
}

if (CRASH_VERB !== undefined && process.argv[2] === CRASH_VERB) {
  const handle = await fs.promises.open('/dev/null')
  const prototype = Object.getPrototypeOf(handle) as Record<string, AsyncFunction>
  await handle.close()
  breakFileCalls(files, ['rename', 'link', 'unlink', 'mkdir', 'rm', 'copyFile'])
  breakFileCalls(prototype, ['sync'])
  breakWriting(prototype)
  breakCommands()
  syncBuiltinESMExports()
}
