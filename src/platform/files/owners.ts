import {readFile} from 'node:fs/promises'

/** Root, or the user that this process acts as; on systems without user ids, everybody. */
export function isUs(uid: number): boolean {
  return process.geteuid === undefined || uid === 0 || uid === process.geteuid()
}

/**
 * Whether a user id only stands for all those that this process's user namespace does not map, among them the system's
 * own root: the one is not told from the others (user_namespaces(7), overflowuid). False outside of such a namespace.
 */
export async function isOuterUser(uid: number): Promise<boolean> {
  const [overflow, map] = await Promise.all(
    ['/proc/sys/kernel/overflowuid', '/proc/self/uid_map'].map(path =>
      readFile(path, 'utf8').catch(() => ''),
    ),
  )
  return uid === Number(overflow) && !isMapped(uid, map ?? '')
}

/** Lines of `INSIDE OUTSIDE LENGTH`. */
function isMapped(uid: number, map: string): boolean {
  return map.split('\n').some(line => {
    const [inside, , length] = line.trim().split(/\s+/).map(Number)
    return inside !== undefined && length !== undefined && uid >= inside && uid < inside + length
  })
}
