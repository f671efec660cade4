import {stat} from 'node:fs/promises'
import net from 'node:net'
import {join} from 'node:path'
import {UserError} from '../../../contract/errors.ts'
import {kindOf, LIMIT, readSystemFile} from '../../files/read.ts'
import {runCommand} from '../../process/command.ts'
import {noted, shortageOf} from '../../process/shortage.ts'
import type {Address} from '../address.ts'
import type {Limits} from '../wait.ts'

/** Addresses of a name by getaddrinfo(3), in the order that it gives (RFC 6724); null where it finds none. */
type Getaddrinfo = (name: string, limits: Limits) => Promise<readonly Address[] | null>

/**
 * getaddrinfo in this process: fast, but it cannot be ended. On a dead name server it lasts as long as resolv.conf allows;
 * see end-process.ts.
 */
export const lookUpHere: Getaddrinfo = name =>
  new Promise((resolve, reject) => {
    process.getBuiltinModule('node:dns').lookup(name, {all: true, order: 'verbatim'}, (error, found) => {
      if (shortageOf(error) !== null) reject(noted(error))
      else resolve(error ? null : found.map(({address, family}) => ({address, family: family === 6 ? 6 : 4})))
    })
  })

/** getaddrinfo in a process of its own, getent(1), which is ended when the time is up; where there is one. */
export const lookUpApart: Getaddrinfo = async (name, limits) => {
  if (process.platform === 'win32') return await lookUpHere(name, limits)
  const result = await runCommand(['getent', 'ahosts', name], limits)
  if (result.kind === 'not-found') return await lookUpHere(name, limits)
  return result.kind === 'exited' && result.code === 0 ? parseAhosts(result.stdout) : null
}

/** Lines `ADDRESS TYPE [NAME]`, each address once for every socket type; a scope (`fe80::1%eth0`) stays. */
export function parseAhosts(output: string): readonly Address[] | null {
  const found = new Set(output.split('\n').map(line => line.split(/\s/, 1)[0] ?? ''))
  const addresses = [...found].flatMap(address => {
    const family = net.isIP(address)
    return family === 4 || family === 6 ? [{address, family} as const] : []
  })
  return addresses.length > 0 ? addresses : null
}

/** Where this host's own names stand: hosts(5); on Windows below the system's directory. */
function hostsFilePath(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
}

/**
 * Whether the hosts file names a host, which getaddrinfo(3) then answers from it, not from DNS. False where there is
 * no such file, or it may not be read.
 */
export async function isInHostsFile(name: string, path = hostsFilePath()): Promise<boolean> {
  const text = await readSystemFile(path, {limit: LIMIT.list}).catch(() => '')
  const wanted = name.toLowerCase()
  return text.split('\n').some(line => {
    const [, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some(each => each.toLowerCase() === wanted)
  })
}

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
