import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'

/** What the programs do with the packets of each queue that is read; the last sends them through the chain again. */
const READ: Readonly<Record<number, string>> = {1: 'accept', 2: 'drop', 3: 'mark=0x1', 4: 'repeat=0x12'}

/** Queues that a program reads, which alone decides. */
export const READ_QUEUES = Object.keys(READ)
/** Queues that nobody reads. */
export const UNREAD_QUEUES = ['0', '11', '12'] as const

/** Starts a program for each queue that is read. */
export async function startQueueReaders(): Promise<readonly ChildProcess[]> {
  const program = join(import.meta.dirname, '../lib/queue-reader.py')
  return Promise.all(
    Object.entries(READ).map(async ([queue, verdict]) => {
      const reader = spawn('python3', [program, verdict, queue], {stdio: ['pipe', 'pipe', 'inherit']})
      await once(reader.stdout, 'data')
      return reader
    }),
  )
}
