import {access, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {FirewallManager} from '../../../contract/host.ts'
import type {Keeper} from '../../../firewall/keeper.ts'
import {BOOT_DIRECTORY} from '../../../firewall/plan/boot/unit.ts'
import type {RunCommand} from '../../command.ts'
import {whyNotEditable} from '../../files/edit.ts'
import {LIMIT, readSystemFile} from '../../files/read.ts'
import {patientCommand, type SlowPrograms} from '../../patient-command.ts'
import {readCommand} from '../../read-command.ts'
import {isSystemdRunning} from '../systemd.ts'
import {readFirewalld} from './firewalld.ts'
import {readNftIncludes} from './nft-includes.ts'
import {readPlainEngine} from './programs.ts'
import {readUfw} from './ufw.ts'

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
export async function readKeeper(
  manager: FirewallManager | null,
  {
    root = '/',
    slow,
    run = patientCommand(readCommand, {slow, stallMs: STALL_MS}),
  }: {readonly root?: string; readonly run?: RunCommand; readonly slow?: SlowPrograms} = {},
): Promise<Omit<Keeper, 'mayAddUnit'>> {
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
