import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

/**
 * The uid of a local user, null where there is none. `root` is the directory that stands for `/`. Reads the file
 * alone: users of a directory service (LDAP) are not in it.
 */
export async function readUid(name: string, root = '/'): Promise<number | null> {
  const text = await readFile(join(root, 'etc/passwd'), 'utf8').catch(() => '')
  return uidOf(name, text)
}

/** Finds a user in the text of passwd(5): `name:password:uid:gid:…`. Of several lines the first counts. */
export function uidOf(name: string, passwd: string): number | null {
  for (const line of passwd.split('\n')) {
    const [user, , uid = ''] = line.split(':')
    if (user === name) return /^\d{1,10}$/.test(uid) ? Number(uid) : null
  }
  return null
}
