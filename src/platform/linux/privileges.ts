import {access, constants} from 'node:fs/promises'
import {userInfo} from 'node:os'
import type {Privileges} from '../../contract/host.ts'
import {readSystemFile} from '../files/read.ts'

/** capabilities(7): the bit of CAP_NET_ADMIN, which netfilter asks for both to read and to change rules. */
const CAP_NET_ADMIN = 12n
const SUDO_PATHS = ['/usr/bin/sudo', '/bin/sudo', '/usr/local/bin/sudo'] as const

/**
 * Whether this process may read and change the firewall. Root in a container may lack CAP_NET_ADMIN, so the
 * effective capabilities of proc(5) decide, not the user id.
 */
export async function readLinuxPrivileges(): Promise<Privileges> {
  const [status, sudoInstalled] = await Promise.all([readSystemFile('/proc/self/status'), isSudoInstalled()])
  return {elevated: hasNetAdmin(status), user: userName(), sudoInstalled}
}

/** Reads the effective capability set from the text of `/proc/PID/status`. */
export function hasNetAdmin(procStatus: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/im.exec(procStatus)?.[1]
  return effective !== undefined && ((BigInt(`0x${effective}`) >> CAP_NET_ADMIN) & 1n) === 1n
}

async function isSudoInstalled(): Promise<boolean> {
  const found = await Promise.allSettled(SUDO_PATHS.map(path => access(path, constants.X_OK)))
  return found.some(({status}) => status === 'fulfilled')
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A uid without a passwd entry, as containers have them, has no name.
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
