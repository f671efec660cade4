import {hostname, machine, release} from 'node:os'
import {join} from 'node:path'
import type {HostFacts} from '../../contract/host.ts'
import {UserError} from '../../errors.ts'
import {errnoOf, FileRefused} from '../files/file-error.ts'
import {LIMIT, readSystemFile} from '../files/read.ts'
import {defaultRouteInterfaces, ownAddresses} from '../network/own-addresses.ts'
import {type OsRelease, parseOsRelease} from './os-release.ts'

/** Where the distribution identifies itself, the first that is there wins: os-release(5), then RHEL and CentOS 6. */
const IDENTITY_FILES = ['etc/os-release', 'usr/lib/os-release'] as const
const REDHAT_RELEASE = 'etc/redhat-release'

/** Reads who this Linux host is. `root` is the directory that stands for `/`. */
export async function readLinuxHost(root = '/'): Promise<HostFacts> {
  const [identity, routes4, routes6] = await Promise.all([
    readIdentity(root),
    readSystemFile(join(root, 'proc/net/route'), {limit: LIMIT.list}).catch(() => ''),
    readSystemFile(join(root, 'proc/net/ipv6_route'), {limit: LIMIT.list}).catch(() => ''),
  ])
  return {
    hostname: hostname(),
    platform: 'linux',
    osId: identity.id,
    os: identity.name,
    osVersion: identity.versionId,
    kernel: release(),
    arch: machine(),
    addresses: ownAddresses(defaultRouteInterfaces(routes4, routes6)),
  }
}

async function readIdentity(root: string): Promise<OsRelease> {
  for (const file of IDENTITY_FILES) {
    const text = await readIfPresent(join(root, file))
    if (text !== null) return parseOsRelease(text)
  }
  const text = await readIfPresent(join(root, REDHAT_RELEASE))
  return text === null ? parseOsRelease('') : parseRedHatRelease(text)
}

/** `CentOS release 6.10 (Final)`: systems from before os-release(5). */
function parseRedHatRelease(text: string): OsRelease {
  const match = /^(.*?) release ([\d.]+)/.exec(text.trim())
  const name = match?.[1] ?? text.trim()
  const id = /centos/i.test(name)
    ? 'centos'
    : /oracle/i.test(name)
      ? 'ol'
      : /red hat/i.test(name)
        ? 'rhel'
        : 'linux'
  return {id, name: name || 'Linux', versionId: match?.[2] ?? ''}
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readSystemFile(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null
    const why = error instanceof FileRefused ? error.message : `${path} cannot be read (${errnoOf(error)})`
    throw new UserError(`${why}, so the operating system is not known; make the file readable.`, undefined, {
      cause: error,
    })
  }
}
