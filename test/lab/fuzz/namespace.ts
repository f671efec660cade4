import {spawnSync} from 'node:child_process'
import {SYSTEM_PATH} from '../lib/tools.ts'

const INSIDE = 'DRS_FUZZ_INSIDE'

/** What the program was started as. Without root there is one user only, who is root in a namespace of its own. */
export type Privileges = 'root' | 'user'

/**
 * Starts this program again in a network namespace of its own, without root in a user namespace besides, and ends with
 * its exit code. Returns inside only.
 */
export function enterNamespace(): Privileges {
  const inside = process.env[INSIDE]
  if (inside === 'root' || inside === 'user') return inside
  const privileges: Privileges = process.getuid?.() === 0 ? 'root' : 'user'
  // In two steps: a network namespace made before anyone is mapped to root has files in /proc that nobody may read.
  const user = privileges === 'user' ? ['--user', '--map-root-user', 'unshare'] : []
  const {status} = spawnSync('unshare', [...user, '--net', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    // Only root may write where iptables keeps its lock, and nobody else works in this namespace.
    env: {...process.env, PATH: SYSTEM_PATH, XTABLES_LOCKFILE: '/dev/null', [INSIDE]: privileges},
  })
  process.exit(status ?? 1)
}
