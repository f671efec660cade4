import {access} from 'node:fs/promises'
import {join} from 'node:path'
import type {Command} from '../../../contract/remedy.ts'
import {readSystemFile} from '../../files/read.ts'
import {describeResult, type RunCommand} from '../../process/command.ts'
import {engineOfVersion, readPlainEngine} from './programs.ts'

type IptablesDumps = {readonly legacy: Dump; readonly nft: Dump}

/**
 * Reads both backends of one family. The `*-save` programs register no table, which `-S` and `-L` of the legacy
 * backend would.
 */
export async function readIptables(
  program: 'iptables' | 'ip6tables',
  {
    read,
    run,
    root,
    signal,
  }: {read: DumpReader; run: RunCommand; root: string; signal?: AbortSignal | undefined},
): Promise<IptablesDumps> {
  const loaded = await readLegacyTables(program, root)
  // The `*-save` program reads the same list; not starting it takes less time than all that it does.
  const isUnused = loaded.known && loaded.tables.length === 0
  const [legacy, nft] = await Promise.all([
    isUnused ? ABSENT : read([`${program}-legacy-save`]),
    read([`${program}-nft-save`]),
  ])
  const seeksLegacy = isAbsent(legacy) && !isUnused
  const plain = seeksLegacy || isAbsent(nft) ? await readPlainEngine(program, run, signal) : null
  if (plain?.engine === 'iptables-nft' && isAbsent(nft))
    return {
      legacy: seeksLegacy ? hiddenLegacy(program, loaded) : legacy,
      nft: await read([`${program}-save`]),
    }
  if (plain?.engine === null) {
    const untold: Dump = {text: null, unreadable: plain.why}
    return {legacy: seeksLegacy ? untold : legacy, nft: isAbsent(nft) ? untold : nft}
  }
  if (!seeksLegacy) return {legacy, nft}
  const byPlain = plain?.engine === 'iptables-legacy' ? await read([`${program}-save`]) : ABSENT
  return {legacy: isAbsent(byPlain) ? hiddenLegacy(program, loaded) : byPlain, nft}
}

export function isAbsent({text, unreadable}: Dump): boolean {
  return text === null && unreadable === null
}

function hiddenLegacy(program: string, loaded: LegacyTables): Dump {
  if (!loaded.known) {
    if (loaded.why === 'no-proc') return ABSENT
    return {text: null, unreadable: 'only root can read which legacy tables are loaded; run again with sudo'}
  }
  if (loaded.tables.length === 0) return ABSENT
  return {
    text: null,
    unreadable: `the kernel has legacy tables (${loaded.tables.join(', ')}) and \`${program}-legacy-save\` is not installed; install the package iptables`,
  }
}

/**
 * The rules of arptables-legacy; what arptables-nft has made is among the tables of nf_tables. A listing registers its
 * table with the kernel, so it is asked for only where that is registered already. Not `arptables-legacy-save`: Debian's
 * asks `arptables` (0.0.5), which there is that of nf_tables.
 */
export async function readArptables({
  read,
  run,
  root,
  signal,
}: {
  read: DumpReader
  run: RunCommand
  root: string
  signal?: AbortSignal | undefined
}): Promise<Dump> {
  const loaded = await readLegacyTables('arptables', root)
  if (!loaded.known) {
    if (loaded.why === 'no-proc') return ABSENT
    return {
      text: null,
      unreadable: 'only root can read whether arptables tables are loaded; run again with sudo',
    }
  }
  if (loaded.tables.length === 0) return ABSENT
  const listed = await read(['arptables-legacy', ...LIST])
  if (listed !== ABSENT) return listed
  const version = await run(['arptables', '--version'], signal ? {signal} : {})
  if (version.kind === 'timed-out')
    return {text: null, unreadable: describeResult(['arptables', '--version'], version)}
  const isLegacy = version.kind === 'exited' && engineOfVersion(version.stdout) === 'iptables-legacy'
  const plain = isLegacy ? await read(['arptables', ...LIST]) : ABSENT
  if (plain !== ABSENT) return plain
  return {
    text: null,
    unreadable: `the kernel has arptables tables (${loaded.tables.join(', ')}) and \`arptables-legacy\` is not installed; install the package arptables`,
  }
}

const LIST = ['-n', '-L']

/** `known`: the kernel's list could be read. */
type LegacyTables =
  | {readonly known: true; readonly tables: readonly string[]}
  | {readonly known: false; readonly why: 'not-permitted' | 'no-proc'}

const LISTS = {
  iptables: 'ip_tables_names',
  ip6tables: 'ip6_tables_names',
  arptables: 'arp_tables_names',
} as const

/** Names of the legacy tables that the kernel holds. The file is there while the module is loaded. */
async function readLegacyTables(program: keyof typeof LISTS, root: string): Promise<LegacyTables> {
  try {
    const text = await readSystemFile(join(root, 'proc/net', LISTS[program]))
    return {known: true, tables: text.split('\n').filter(Boolean)}
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT') {
        const hasProc = await exists(join(root, 'proc/net/dev'))
        return hasProc ? {known: true, tables: []} : {known: false, why: 'no-proc'}
      }
      if (error.code === 'EACCES' || error.code === 'EPERM') return {known: false, why: 'not-permitted'}
    }
    throw error
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** What a program printed about the firewall; `text` null and no reason: the program is not installed. */
export type Dump = {readonly text: string | null; readonly unreadable: string | null}

export const ABSENT: Dump = {text: null, unreadable: null}

type DumpReader = (command: Command) => Promise<Dump>

/**
 * Runs programs that print rules. Nothing that failed, and nothing empty that only root may read, is ever taken for
 * "no rules".
 */
export function createDumpReader(run: RunCommand, isRoot: boolean, signal?: AbortSignal): DumpReader {
  return async command => {
    const result = await run(command, signal ? {signal} : {})
    if (result.kind === 'not-found') return ABSENT
    if (result.kind !== 'exited') return {text: null, unreadable: describeResult(command, result)}
    const text = result.stdout
    if (!isRoot && (result.code !== 0 || text.trim() === ''))
      return {text: null, unreadable: `\`${command.join(' ')}\` needs root; run again with sudo`}
    if (result.code !== 0) return {text: text || null, unreadable: describeResult(command, result)}
    return {text, unreadable: null}
  }
}
