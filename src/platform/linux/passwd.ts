import {join} from 'node:path'
import type {LocalUser} from '../../firewall/state/state.ts'
import {LIMIT, readSystemFile} from '../files/read.ts'

/**
 * Local users by name, with their groups; those that are not there are left out. `root` is the directory that stands
 * for `/`. Reads the files alone: users and groups of a directory service (LDAP) are not in them.
 *
 * @returns why they could not be read, in words, where they could not
 */
export async function readUsers(
  names: readonly string[],
  root = '/',
): Promise<readonly LocalUser[] | string> {
  const files = await Promise.all(
    ['etc/passwd', 'etc/group'].map(file =>
      readSystemFile(join(root, file), {limit: LIMIT.list}).catch((error: Error) => ({
        reason: error.message,
      })),
    ),
  )
  const [passwd = '', group = ''] = files
  if (typeof passwd !== 'string') return passwd.reason
  if (typeof group !== 'string') return group.reason
  return names.flatMap(name => findUser(name, passwd, group) ?? [])
}

/** The name of a local user by the number; null where passwd(5) has none, or cannot be read. */
export async function readUserName(uid: number, root = '/'): Promise<string | null> {
  const passwd = await readSystemFile(join(root, 'etc/passwd'), {limit: LIMIT.list}).catch(() => '')
  const fields = passwd.split('\n').map(line => line.split(':'))
  return fields.find(([, , id = '']) => numberOf(id) === uid)?.[0] || null
}

/**
 * Finds a user in the texts of passwd(5), `name:password:uid:gid:…`, and group(5), `name:password:gid:member,…`. Of
 * several lines for a user the first counts.
 */
export function findUser(name: string, passwd: string, group: string): LocalUser | null {
  const fields = passwd.split('\n').map(line => line.split(':'))
  const [, , uidText = '', gidText = ''] = fields.find(([user]) => user === name) ?? []
  const [uid, gid] = [numberOf(uidText), numberOf(gidText)]
  if (uid === null || gid === null) return null
  const groups = new Set<number>()
  for (const line of group.split('\n')) {
    const [, , id = '', members = ''] = line.split(':')
    const number = numberOf(id)
    if (number !== null && number !== gid && members.trim().split(',').includes(name)) groups.add(number)
  }
  return {name, uid, gid, groups: [...groups]}
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null
}
