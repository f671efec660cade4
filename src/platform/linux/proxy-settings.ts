import {join} from 'node:path'
import {namesIn, readSystemFile} from '../files/read.ts'
import {distinctSettings, type ProxySetting} from '../network/proxy/setting.ts'

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

/** Variables that lead HTTPS through a proxy. `http_proxy` is for plain HTTP, which nothing here uses. */
const VARIABLES = /^(https_proxy|all_proxy)$/i

/**
 * Proxies in lines of assignments: environment(5), scripts of /etc/profile.d, /etc/sysconfig/proxy of SUSE, which may
 * switch itself off.
 */
export function proxiesOfAssignments(text: string): readonly string[] {
  const assignments = text.split('\n').flatMap(line => {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [{name, value: unquote(value.trim())}]
  })
  const off = assignments.some(({name, value}) => name === 'PROXY_ENABLED' && value === 'no')
  return off ? [] : assignments.flatMap(({name, value}) => (VARIABLES.test(name) ? usable(value) : []))
}

/** Proxies in `Environment=` and `DefaultEnvironment=` lines. Source: systemd.exec(5), systemd-system.conf(5). */
export function proxiesOfUnit(text: string): readonly string[] {
  return text.split('\n').flatMap(line => {
    const [, assignments] = /^\s*(?:Default)?Environment=(.*)$/.exec(line) ?? []
    const words = assignments?.match(/"[^"]*"|'[^']*'|\S+/g) ?? []
    return words.flatMap(word => proxiesOfAssignments(unquote(word)))
  })
}

/** The proxy of yum.conf(5) and dnf.conf(5): `proxy = URL` in `[main]`; `_none_` switches it off. */
export function proxiesOfYum(text: string): readonly string[] {
  let section = ''
  return text.split('\n').flatMap(line => {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? section
    const [, value] = /^proxy\s*=\s*(.*)$/.exec(line) ?? []
    return section === 'main' && value !== undefined && value.trim() !== '_none_' ? usable(value.trim()) : []
  })
}

/**
 * Proxies of apt.conf(5): `Acquire::https::Proxy "URL";` or the same in nested braces; the one for http stands in,
 * since such a proxy as a rule carries both. `DIRECT` is none.
 */
export function proxiesOfApt(text: string): readonly string[] {
  const scope: string[] = []
  const found: string[] = []
  let name = ''
  for (const [token] of withoutComments(text).matchAll(/"[^"]*"|[{};]|[^\s"{};]+/g)) {
    if (token === '{') {
      scope.push(name)
      name = ''
    } else if (token === '}') {
      scope.pop()
      name = ''
    } else if (token === ';') name = ''
    else if (name === '') name = token
    else if (/^acquire::https?::proxy$/i.test([...scope, name].filter(Boolean).join('::'))) {
      found.push(unquote(token))
    }
  }
  return found.flatMap(value => (value.toUpperCase() === 'DIRECT' ? [] : usable(value)))
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(?:\/\/|#).*$/gm, '')
}

function unquote(value: string): string {
  return /^(["'])(.*)\1;?$/.exec(value)?.[2] ?? value
}

/** As a URL: curl and others take `host:port` for one. Empty, or with a variable of a shell in it: none. */
function usable(value: string): readonly string[] {
  if (value === '' || value.includes('$')) return []
  return [/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`]
}
