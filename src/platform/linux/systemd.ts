import {access} from 'node:fs/promises'
import {join} from 'node:path'

/**
 * Whether systemd is the init system, as sd_booted(3) tells.
 * @param root the directory that stands for `/`
 */
export function isSystemdRunning(root = '/'): Promise<boolean> {
  return access(join(root, 'run/systemd/system')).then(
    () => true,
    () => false,
  )
}
