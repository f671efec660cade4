import {hostname, machine, release} from 'node:os'
import {join} from 'node:path'
import {UserError} from '../../contract/errors.ts'
import type {HostFacts} from '../../contract/host.ts'
import {errnoOf, FileRefused} from '../files/file-error.ts'
import {LIMIT, readSystemFile} from '../files/read.ts'
import {defaultRouteInterfaces, ownAddresses} from '../network/own-addresses.ts'

/** Where the distribution identifies itself, the first that is there wins: os-release(5), then RHEL and CentOS 6. */
const IDENTITY_FILES = ['etc/os-release', 'usr/lib/os-release'] as const
const REDHAT_RELEASE = 'etc/redhat-release'

/** Reads who this Linux host is. `root` is the directory to read in place of `/`. */
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

/** The fields of os-release(5) that identify a system. */
export type OsRelease = {readonly id: string; readonly name: string; readonly versionId: string}

/**
 * Parses the text of `/etc/os-release`: shell-like assignments, values optionally quoted, as os-release(5) has it.
 * Absent fields take the defaults of that page (`linux`, `Linux`, empty).
 */
export function parseOsRelease(text: string): OsRelease {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const assignment = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line)
    if (assignment?.[1] && assignment[2] !== undefined) fields.set(assignment[1], unquote(assignment[2]))
  }
  return {
    id: fields.get('ID') || 'linux',
    name: fields.get('NAME') || 'Linux',
    versionId: fields.get('VERSION_ID') ?? '',
  }
}

function unquote(value: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(value)
  if (double?.[1] !== undefined) return double[1].replace(/\\(["\\$`])/g, '$1')
  const single = /^'([^']*)'/.exec(value)
  return single?.[1] ?? value
}

/**
 * Whether this host is an EC2 instance, by what its firmware says. Source: Amazon EC2 User Guide, "Detect whether a
 * host is an EC2 instance". `root` is the directory to read in place of `/`.
 */
export async function isEc2Instance(root = '/'): Promise<boolean> {
  const read = (path: string) => readSystemFile(join(root, path)).catch(() => '')
  const [vendor, uuid] = await Promise.all([read('sys/class/dmi/id/sys_vendor'), read('sys/hypervisor/uuid')])
  return vendor.trim() === 'Amazon EC2' || /^ec2/i.test(uuid)
}
