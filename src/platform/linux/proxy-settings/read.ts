import {join} from 'node:path'
import {namesIn, readSystemFile} from '../../files/read.ts'
import {distinctSettings, type ProxySetting} from '../../network/proxy-setting.ts'
import {proxiesOfApt, proxiesOfAssignments, proxiesOfUnit, proxiesOfYum} from './parse.ts'

type Place = {
  /** A file, or with `*` every file, or directory, of that form. */
  readonly path: string
  readonly parse: (text: string) => readonly string[]
}

/** Where the settings are that a root shell, and an installer under sudo, may not have in their environment. */
const PLACES: readonly Place[] = [
  {path: 'etc/environment', parse: proxiesOfAssignments},
  {path: 'etc/profile.d/*.sh', parse: proxiesOfAssignments},
  {path: 'etc/sysconfig/proxy', parse: proxiesOfAssignments},
  {path: 'etc/apt/apt.conf', parse: proxiesOfApt},
  {path: 'etc/apt/apt.conf.d/*', parse: proxiesOfApt},
  {path: 'etc/yum.conf', parse: proxiesOfYum},
  {path: 'etc/dnf/dnf.conf', parse: proxiesOfYum},
  {path: 'etc/systemd/system.conf', parse: proxiesOfUnit},
  {path: 'etc/systemd/system.conf.d/*.conf', parse: proxiesOfUnit},
  {path: 'etc/systemd/system/*.service.d/*.conf', parse: proxiesOfUnit},
]

/** Nothing that people write by hand is longer. */
const MAX_BYTES = 256 * 1024

/**
 * The proxies that this host's configuration names, each with the first file that does. What cannot be read by this
 * user is left out, since these are no more than hints. `root` is the directory that stands for `/`.
 */
export async function readProxySettings(root = '/'): Promise<readonly ProxySetting[]> {
  const found = await Promise.all(
    PLACES.map(async ({path, parse}) => {
      const files = await filesLike(root, path.split('/'))
      return await Promise.all(
        files.map(async file => ({
          file,
          urls: parse(await readSystemFile(join(root, file), {limit: MAX_BYTES}).catch(() => '')),
        })),
      )
    }),
  )
  return distinctSettings(
    found.flat().flatMap(({file, urls}) => urls.map(given => ({given, from: `/${file}`}))),
  )
}

/** Paths below `root`, relative to it, that a path with `*` stands for. */
async function filesLike(root: string, [first, ...rest]: readonly string[], above = ''): Promise<string[]> {
  if (first === undefined) return [above]
  if (!first.includes('*')) return await filesLike(root, rest, join(above, first))
  const [start = '', end = ''] = first.split('*')
  const names = await namesIn(join(root, above))
  const like = names.filter(name => name.startsWith(start) && name.endsWith(end) && !name.startsWith('.'))
  return (await Promise.all(like.sort().map(name => filesLike(root, rest, join(above, name))))).flat()
}
