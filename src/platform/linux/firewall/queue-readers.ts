import {readlink} from 'node:fs/promises'
import {join} from 'node:path'
import type {QueueReader} from '../../../firewall/state/state.ts'
import {errnoOf} from '../../files/file-error.ts'
import {namesIn, readSystemFile} from '../../files/read.ts'
import type {Reading} from './ip-show.ts'

/** Programs that read packets which rules hand to a queue (NFQUEUE, nft's `queue`), in this network namespace. */
export async function readQueueReaders(root: string): Promise<Reading<QueueReader[]>> {
  const path = join(root, 'proc/net/netfilter/nfnetlink_queue')
  const text = await readSystemFile(path).catch((error: Error) => error)
  if (typeof text !== 'string') {
    // Without the module nobody can read a queue.
    const isUnused = errnoOf(text) === 'ENOENT' && (await isMounted(root))
    return {value: [], unreadable: isUnused ? null : text.message}
  }
  const queues = parseQueues(text)
  if (queues === null) return {value: [], unreadable: `${path} has an unknown format`}
  if (queues.length === 0) return {value: [], unreadable: null}
  const sockets = parseSockets(await readSystemFile(join(root, 'proc/net/netlink')).catch(() => ''))
  const readers = queues.map(async ({queue, portId}) => ({
    ...{queue, portId},
    program: await findProgram(root, portId, sockets.get(portId)),
  }))
  return {value: await Promise.all(readers), unreadable: null}
}

async function isMounted(root: string): Promise<boolean> {
  return readSystemFile(join(root, 'proc/net/dev')).then(
    () => true,
    () => false,
  )
}

type Queue = Pick<QueueReader, 'queue' | 'portId'>

/** Reads `    0  31621     0 2  4016     0     0        2  1`: the queue's number, and the port id of its reader. */
function parseQueues(text: string): Queue[] | null {
  const queues: Queue[] = []
  for (const line of text.split('\n').filter(Boolean)) {
    const match = /^\s*(\d+)\s+(-?\d+)\s+\d+\s/.exec(line)
    if (!match || Number(match[1]) > 65535) return null
    queues.push({queue: Number(match[1]), portId: Number(match[2]) >>> 0})
  }
  return queues
}

/** Number of netfilter among the protocols of netlink (linux/netlink.h). */
const NETLINK_NETFILTER = '12'

/** Reads /proc/net/netlink: inodes of netfilter's sockets by their port id. */
function parseSockets(text: string): ReadonlyMap<number, string> {
  const sockets = new Map<number, string>()
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [, protocol, portId] = fields
    const inode = fields.at(-1)
    if (protocol === NETLINK_NETFILTER && inode !== undefined) sockets.set(Number(portId) >>> 0, inode)
  }
  return sockets
}

/**
 * The port id is the reader's process id unless that process has other sockets of netlink, or lives in another PID
 * namespace; so it counts only where that process does own the socket.
 */
async function findProgram(
  root: string,
  portId: number,
  inode: string | undefined,
): Promise<QueueReader['program']> {
  if (inode === undefined) return null
  const process = join(root, 'proc', String(portId))
  const descriptors = await namesIn(join(process, 'fd'))
  const targets = await Promise.all(
    descriptors.map(name => readlink(join(process, 'fd', name)).catch(() => '')),
  )
  if (!targets.includes(`socket:[${inode}]`)) return null
  const name = await readSystemFile(join(process, 'comm')).catch(() => '')
  return name.trim() === '' ? null : {name: name.trim(), pid: portId}
}
