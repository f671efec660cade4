import * as z from 'zod'
import {errnoOf} from '../../platform/files/file-error.ts'
import {readSystemFile} from '../../platform/files/read.ts'

/** Names one process for ever: process ids are reused, also after a reboot. */
export const processIdentity = z.object({
  pid: z.int().positive(),
  /** Clock ticks after boot at which it started; null where the system does not tell. */
  startTicks: z.string().nullable(),
  /** Null where the system has no such id. */
  bootId: z.string().nullable(),
})

export type ProcessIdentity = z.infer<typeof processIdentity>

export async function thisProcess(): Promise<ProcessIdentity> {
  const [bootId, stat] = await Promise.all([currentBootId(), readStat(process.pid)])
  return {pid: process.pid, startTicks: stat?.startTicks ?? null, bootId}
}

/** The kernel's id of this boot (proc_sys_kernel(5), random); null outside Linux. */
export async function currentBootId(): Promise<string | null> {
  return (await readOrNull('/proc/sys/kernel/random/boot_id'))?.trim() ?? null
}

/** Whether that very process still runs; a zombie does not. In doubt, it does. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const bootId = await currentBootId()
  if (identity.bootId !== null && bootId !== null && identity.bootId !== bootId) return false
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false
  }
  const stat = await readStat(identity.pid)
  if (stat === null) return true
  if (stat.state === 'Z' || stat.state === 'X') return false
  return identity.startTicks === null || identity.startTicks === stat.startTicks
}

/** Null for a process that has ended. proc_pid_stat(5): fields after the command name, which stands in parentheses and may hold any character. */
export async function readStat(pid: number): Promise<{state: string; startTicks: string} | null> {
  const text = await readOrNull(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  return state === undefined || startTicks === undefined ? null : {state, startTicks}
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readSystemFile(path)
  } catch {
    return null
  }
}
