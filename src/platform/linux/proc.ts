import {existsSync} from 'node:fs'
import {UserError} from '../../contract/errors.ts'

/**
 * Linux: what is known of the host is known through proc(5), which some chroots and rescue systems lack.
 *
 * @throws UserError when it is not mounted
 */
export function requireProc(status = '/proc/self/status'): void {
  if (process.platform !== 'linux' || existsSync(status)) return
  throw new UserError(
    '/proc is not mounted, and without it nothing can be found out about this server; run `mount -t proc proc /proc` ' +
      'as root, then this command again.',
  )
}
