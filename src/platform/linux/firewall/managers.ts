import {access, readdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {FirewallManager} from '../../../contract/host.ts'
import {includedPath, pathPattern, readSource} from '../../../firewall/nft/source.ts'
import {BOOT_DIRECTORY} from '../../../firewall/plan/boot/unit.ts'
import type {Persistence, Ufw} from '../../../firewall/state/managers.ts'
import {whyNotEditable} from '../../files/edit.ts'
import {LIMIT, namesIn, readSystemFile} from '../../files/read.ts'
import {type RunCommand, succeeded} from '../../process/command.ts'
import {patientCommand, type SlowPrograms} from '../../process/patient-command.ts'
import {readCommand} from '../../process/read-command.ts'
import {isSystemdRunning} from '../systemd.ts'
import {readFirewalld} from './firewalld.ts'
import {readPlainEngine} from './programs.ts'

/**
 * Files from which somebody loads rules at boot (man pages of netfilter-persistent, iptables-services, nft and ufw), or
 * that tell which line of them to change (those of csf and shorewall).
 */
const RULE_FILES = [
  '/etc/iptables/rules.v4',
  '/etc/iptables/rules.v6',
  '/etc/sysconfig/iptables',
  '/etc/sysconfig/ip6tables',
  '/etc/nftables.conf',
  '/etc/sysconfig/nftables.conf',
  ...['/etc/ufw/before.rules', '/etc/ufw/before6.rules'],
  ...['/etc/csf/csf.conf', '/etc/csf/csf.deny', '/etc/shorewall/rules', '/etc/shorewall6/rules'],
]

const PROGRAMS = [
  ...['iptables', 'iptables-legacy', 'iptables-nft'],
  ...['ip6tables', 'ip6tables-legacy', 'ip6tables-nft', 'nft'],
]

/** Where a system service may find its programs (file-hierarchy(7)). */
const DIRECTORIES = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/local/bin']

/** On a slow machine firewall-cmd alone takes 20 s to start, and several are started at once. In milliseconds. */
const STALL_MS = 60_000

/** Reads what a lasting repair has to edit; changes nothing. */
export async function readPersistence(
  manager: FirewallManager | null,
  {
    root = '/',
    slow,
    run = patientCommand(readCommand, {slow, stallMs: STALL_MS}),
  }: {readonly root?: string; readonly run?: RunCommand; readonly slow?: SlowPrograms} = {},
): Promise<Omit<Persistence, 'mayAddUnit'>> {
  const text = (path: string) => readSystemFile(join(root, path), {limit: LIMIT.rules}).catch(() => null)
  let firewalldSilence: string | null = null
  const [texts, paths, bootFiles, systemd, iptables, ip6tables, ufw, firewalld] = await Promise.all([
    Promise.all(RULE_FILES.map(text)),
    Promise.all(PROGRAMS.map(name => findProgram(name, root))),
    readBootFiles(root),
    isSystemdRunning(root),
    readPlainEngine('iptables', run),
    readPlainEngine('ip6tables', run),
    manager === 'ufw' ? readUfw(text, run) : null,
    manager === 'firewalld' ? readFirewalld(run, why => (firewalldSilence = why)) : null,
  ])
  const files = present(RULE_FILES, texts)
  const ofNft = Object.fromEntries(Object.entries(files).filter(([path]) => path.endsWith('/nftables.conf')))
  const all = {...files, ...(await readNftIncludes(ofNft, text, root))}
  return {
    manager,
    files: all,
    uneditable: await readUneditable(Object.keys(all), root),
    restores: {ip: iptables?.engine ?? null, ip6: ip6tables?.engine ?? null},
    programs: present(PROGRAMS, paths),
    systemd,
    ...(bootFiles.length === 0 ? {} : {bootFiles}),
    ufw,
    firewalld,
    ...(firewalldSilence === null ? {} : {firewalldSilence}),
  }
}

/** Names of what the boot unit of this tool adds, without their ending. */
async function readBootFiles(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, BOOT_DIRECTORY)).catch(() => [])
  return names.flatMap(name => (name.endsWith('.rules') ? [name.slice(0, -'.rules'.length)] : [])).sort()
}

async function readUneditable(paths: readonly string[], root: string): Promise<Record<string, string>> {
  return present(paths, await Promise.all(paths.map(path => whyNotEditable(join(root, path)))))
}

async function findProgram(name: string, root: string): Promise<string | null> {
  for (const directory of DIRECTORIES)
    if (await exists(join(root, directory, name))) return join(directory, name)
  return null
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function present(keys: readonly string[], values: readonly (string | null)[]): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key, at) => {
      const value = values[at]
      return typeof value === 'string' ? [[key, value]] : []
    }),
  )
}

/** Where ufw keeps what it was told, by the version that it came with (0.36 and later; earlier). */
const USER_RULES = {
  ip: ['/etc/ufw/user.rules', '/lib/ufw/user.rules'],
  ip6: ['/etc/ufw/user6.rules', '/lib/ufw/user6.rules'],
}

/** Reads what ufw has been told; null where that cannot be read. */
export async function readUfw(
  read: (path: string) => Promise<string | null>,
  run: RunCommand,
): Promise<Ufw | null> {
  const first = async (paths: readonly string[]) => {
    const texts = await Promise.all(paths.map(read))
    return texts.find(text => text !== null) ?? null
  }
  const [version, settings, ip, ip6] = await Promise.all([
    run(['ufw', '--version']),
    read('/etc/default/ufw'),
    first(USER_RULES.ip),
    first(USER_RULES.ip6),
  ])
  if (ip === null) return null
  return {
    version: succeeded(version) ? parseUfwVersion(version.stdout) : null,
    ipv6: /^\s*IPV6\s*=\s*["']?yes\b/im.test(settings ?? ''),
    rules: {ip: parseUfwRules(ip), ip6: parseUfwRules(ip6 ?? '')},
  }
}

/** Reads `ufw 0.36.2`, the first line of `ufw --version`. */
export function parseUfwVersion(text: string): Ufw['version'] {
  const match = /^ufw (\d+)\.(\d+)/m.exec(text)
  return match ? [Number(match[1]), Number(match[2])] : null
}

/**
 * Reads the lines `### tuple ### ACTION PROTOCOL DPORT DESTINATION SPORT SOURCE [APPLICATIONS] DIRECTION [comment=HEX]`
 * of user.rules. What is left of each without action and comment is what ufw takes rules for the same by.
 * Source: ufw 0.36.2, UFWRule.match() and its user.rules.
 */
export function parseUfwRules(text: string): string[] {
  return [...text.matchAll(/^### tuple ### \S+ (.+?)(?: comment=[0-9a-f]*)?$/gm)].map(([, tuple]) =>
    String(tuple),
  )
}

/** More than any rule set is split into. */
const MAX_FILES = 100

/**
 * The files that files for `nft -f` include, and those that these include, with their text. Left out is what cannot
 * be read, and what is included through a directory with a pattern for its name.
 * @param files text by absolute path
 * @param read null for what is no file that can be read
 */
export async function readNftIncludes(
  files: Readonly<Record<string, string>>,
  read: (path: string) => Promise<string | null>,
  root = '/',
): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const queue = Object.values(files)
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    for (const include of readSource(text).includes) {
      for (const path of await expand(includedPath(include), root)) {
        if (path in files || path in found || Object.keys(found).length >= MAX_FILES) continue
        const included = await read(path)
        if (included === null) continue
        found[path] = included
        queue.push(included)
      }
    }
  }
  return found
}

async function expand(path: string, root: string): Promise<readonly string[]> {
  if (!/[*?]/.test(path)) return [path]
  const directory = dirname(path)
  const names = await namesIn(join(root, directory))
  const pattern = pathPattern(path)
  return names
    .map(name => join(directory, name))
    .filter(name => pattern.test(name))
    .sort()
}
