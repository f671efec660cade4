import {access, constants} from 'node:fs/promises'
import type {Privileges} from '../../contract/host.ts'
import {readSystemFile} from '../files/read.ts'
import {runCommand, succeeded} from '../process/command.ts'
import {readUserName} from './passwd.ts'

/** capabilities(7): the bit of CAP_NET_ADMIN, which netfilter asks for both to read and to change rules. */
const CAP_NET_ADMIN = 12n
const SUDO_PATHS = ['/usr/bin/sudo', '/bin/sudo', '/usr/local/bin/sudo'] as const

/**
 * Whether this process may read and change the firewall. Root in a container may lack CAP_NET_ADMIN, so the
 * effective capabilities of proc(5) decide, not the user id.
 */
export async function readLinuxPrivileges(): Promise<Privileges> {
  const [status, sudoInstalled, user] = await Promise.all([
    readSystemFile('/proc/self/status'),
    isSudoInstalled(),
    userName(process.getuid?.() ?? 0),
  ])
  return {elevated: hasNetAdmin(status), user, sudoInstalled}
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

/** In which a directory service has to name a user, in milliseconds. */
const NAME_TIMEOUT_MS = 2_000

/**
 * A user's name, or `uid N`: a uid without an entry, as containers have them, has none. Not asked of Node.js, which waits
 * in getpwuid_r(3) for as long as that takes, without listening to signals.
 */
async function userName(uid: number): Promise<string> {
  const local = await readUserName(uid)
  if (local !== null) return local
  const asked = await runCommand(['id', '-un'], {timeoutMs: NAME_TIMEOUT_MS})
  return (succeeded(asked) ? asked.stdout.trim() : '') || `uid ${uid}`
}
