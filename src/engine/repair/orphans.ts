import {readdir} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {HANDLE} from '../../contract/command-line.ts'
import type {Command} from '../../contract/remedy.ts'
import {readSystemFile} from '../../platform/files/read.ts'

/** As long as a change may run; see run-step.ts. In milliseconds. */
const LIMIT_MS = 60_000

const POLL_MS = 50

/**
 * A run that is killed leaves its command behind, which may be waiting for a lock and change the host a moment
 * later. Waits for its end (Linux only; elsewhere returns at once). Told by its arguments, which name the remedy.
 * @returns whether it has ended
 */
export async function untilOrphanEnded(command: Command): Promise<boolean> {
  const deadline = Date.now() + LIMIT_MS
  while (await anyProcessRuns(command)) {
    if (Date.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

async function anyProcessRuns([, ...args]: Command): Promise<boolean> {
  if (process.platform !== 'linux' || args.length === 0) return false
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commandLines = await Promise.all(processes.map(readCommandLine))
  return commandLines.some(line => endsWith(line.split('\0').slice(0, -1), args))
}

/** A script's interpreter comes before its own program. A handle was looked up before the command was started. */
function endsWith(words: readonly string[], args: readonly string[]): boolean {
  const tail = words.slice(1).slice(-args.length)
  return tail.length === args.length && args.every((arg, at) => arg === tail[at] || isHandle(arg, tail[at]))
}

const isHandle = (arg: string, word = '') => arg === HANDLE && /^\d+$/.test(word)

/** Empty for a process that has ended meanwhile, and for kernel threads. */
async function readCommandLine(pid: string): Promise<string> {
  try {
    return await readSystemFile(`/proc/${pid}/cmdline`)
  } catch {
    return ''
  }
}
