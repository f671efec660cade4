import {join} from 'node:path'
import {LIMIT, readSystemFile} from '../files/read.ts'

/** Where this host's own names stand: hosts(5); on Windows below the system's directory. */
export function hostsFilePath(): string {
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
