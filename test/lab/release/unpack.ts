import {execFileSync} from 'node:child_process'
import {chmodSync, mkdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {VERSION} from './build.ts'

/** Unpacks an archive of a release beside it, where every user can get at it; returns the folder. */
export function unpack(release: string, name: string): string {
  const folder = join(dirname(release), `unpacked-${name}`)
  mkdirSync(folder)
  chmodSync(dirname(release), 0o755)
  const archive = join(release, `drs-onboard-${VERSION}-${name}.tar.gz`)
  execFileSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1'])
  return folder
}
