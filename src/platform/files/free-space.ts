import {statfs} from 'node:fs/promises'

/** What is left free for everything else on the host, in bytes. */
export const SPARED_BYTES = 64 * 1024 * 1024

/**
 * Bytes that this user may still write to the file system of a directory, without what is spared for others; negative
 * where there is less. Null where the file system does not say (statfs(2)).
 */
export async function freeSpace(directory: string): Promise<number | null> {
  const found = await statfs(directory).catch(() => null)
  // Some network and FUSE file systems report no blocks at all.
  return found === null || found.blocks === 0 ? null : found.bavail * found.bsize - SPARED_BYTES
}
