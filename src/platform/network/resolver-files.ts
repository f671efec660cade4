import {stat} from 'node:fs/promises'
import {UserError} from '../../errors.ts'
import {kindOf} from '../files/read.ts'

/** What getaddrinfo(3) reads; c-ares reads some of it too, the moment that Node.js loads it (ares_init_options(3)). */
const FILES = ['resolv.conf', 'nsswitch.conf', 'hosts', 'host.conf', 'gai.conf'].map(name => `/etc/${name}`)

/**
 * Sees to it that looking a name up does not wait for ever for a pipe, where no signal would be listened to, nor read a
 * device without an end into memory. Has to be called before `node:dns` is loaded.
 *
 * @throws UserError that names the file
 */
export async function requireResolverFiles(): Promise<void> {
  if (process.platform === 'win32') return
  for (const path of FILES) {
    const found = await stat(path).catch(() => null)
    if (found === null || found.isFile() || found.isDirectory()) continue
    throw new UserError(
      `${path} is ${kindOf(found)}, not a file, so no name can be resolved on this server; restore the file.`,
    )
  }
}
