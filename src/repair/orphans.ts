import {readdir, readlink} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {HANDLE} from '../contract/command-line.ts'
import type {Command} from '../contract/remedy.ts'
import {fewAtOnce} from '../lib/few-at-once.ts'
import {isUs} from '../platform/files/owners.ts'
import {readSystemFile} from '../platform/files/read.ts'
import {findPrograms, interpreterOf, realOrNull} from '../platform/linux/find-program.ts'
import {currentBootId, isRunning, type ProcessIdentity, readStat} from './journal/process-identity.ts'

/** As long as a change may run; see run-step.ts. In milliseconds. */
export const ORPHAN_LIMIT_MS = 60_000

const POLL_MS = 50

/**
 * A run that is killed leaves its command behind, which may be waiting for a lock and change the host a moment later.
 * Finds it (Linux only; elsewhere there is none to find): a process of root or of this user, that has been started since
 * the run was, runs the command's program, and has its arguments, which name the remedy. What somebody else calls his
 * process does not count, nor what is started from now on.
 * @param run the run that died
 */
export async function findOrphans(
  command: Command,
  run: ProcessIdentity,
): Promise<readonly ProcessIdentity[]> {
  const [program, ...args] = command
  if (process.platform !== 'linux' || args.length === 0) return []
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const meant = await fewAtOnce(pids, async pid => {
    const line = (await readOrNull(`/proc/${pid}/cmdline`))?.split('\0').slice(0, -1) ?? []
    return endsWith(line, args) ? {pid, line} : null
  })
  const bootId = await currentBootId()
  const found: ProcessIdentity[] = []
  for (const {pid, line} of meant.filter(one => one !== null)) {
    const stat = await readStat(pid)
    if (stat === null || !isSince(stat.startTicks, run) || !(await isOurs(pid))) continue
    if (await runsProgram(program, pid, line.slice(0, line.length - args.length)))
      found.push({pid, startTicks: stat.startTicks, bootId})
  }
  return found
}

/**
 * @returns those that are still at work after a minute
 * @throws the signal's reason after an abort
 */
export async function untilEnded(
  orphans: readonly ProcessIdentity[],
  signal: AbortSignal,
): Promise<readonly ProcessIdentity[]> {
  const deadline = performance.now() + ORPHAN_LIMIT_MS
  for (let left = orphans; ; await sleep(POLL_MS)) {
    signal.throwIfAborted()
    const running = await fewAtOnce(left, async orphan => ((await isRunning(orphan)) ? [orphan] : []))
    left = running.flat()
    if (left.length === 0 || performance.now() > deadline) return left
  }
}

/** Only processes of the same boot are compared. */
function isSince(startTicks: string, run: ProcessIdentity): boolean {
  return run.startTicks === null || BigInt(startTicks) >= BigInt(run.startTicks)
}

/** proc_pid_status(5): real, effective, saved and file system uid. A set-uid program that a user starts has his real one. */
async function isOurs(pid: number): Promise<boolean> {
  const status = await readOrNull(`/proc/${pid}/status`)
  const [, real, effective] = /^Uid:\t(\d+)\t(\d+)\t/m.exec(status ?? '') ?? []
  return real !== undefined && effective !== undefined && isUs(Number(real)) && isUs(Number(effective))
}

/** By the file that is run; for a script by its own path, before the arguments, and its interpreter's file. */
async function runsProgram(program: string, pid: number, before: readonly string[]): Promise<boolean> {
  const running = await readlink(`/proc/${pid}/exe`).catch(() => '')
  // Of a package that has been upgraded since.
  const file = running.replace(/ \(deleted\)$/, '')
  const files = await findPrograms(program)
  if (files.includes(file)) return true
  const script = await realOrNull(before.at(-1) ?? '')
  return script !== null && files.includes(script) && (await interpreterOf(script)) === file
}

/** A handle was looked up before the command was started. */
function endsWith(words: readonly string[], args: readonly string[]): boolean {
  const tail = words.slice(1).slice(-args.length)
  return tail.length === args.length && args.every((arg, at) => arg === tail[at] || isHandle(arg, tail[at]))
}

const isHandle = (arg: string, word = '') => arg === HANDLE && /^\d+$/.test(word)

/** Null for a process that has ended meanwhile. */
async function readOrNull(path: string): Promise<string | null> {
  return readSystemFile(path).catch(() => null)
}
