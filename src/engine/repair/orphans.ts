import {readdir, readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Command} from '../../contract/remedy.ts'

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
  const tail = args.map(arg => `${arg}\0`).join('')
  if (process.platform !== 'linux' || tail === '') return false
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commandLines = await Promise.all(processes.map(readCommandLine))
  return commandLines.some(line => line.endsWith(`\0${tail}`))
}

/** Empty for a process that has ended meanwhile, and for kernel threads. */
async function readCommandLine(pid: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
