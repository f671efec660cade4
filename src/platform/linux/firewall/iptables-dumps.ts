import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RunCommand} from '../../command.ts'
import {readPlainEngine} from './programs.ts'
import {ABSENT, type Dump, type DumpReader} from './read-dump.ts'

export type IptablesDumps = {readonly legacy: Dump; readonly nft: Dump}

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
  const [legacy, nft, legacyTables] = await Promise.all([
    read([`${program}-legacy-save`]),
    read([`${program}-nft-save`]),
    readLegacyTables(program, root),
  ])
  const plain = isAbsent(legacy) || isAbsent(nft) ? await readPlainEngine(program, run, signal) : null
  const dumps = {'iptables-legacy': legacy, 'iptables-nft': nft}
  if (plain && isAbsent(dumps[plain.engine])) dumps[plain.engine] = await read([`${program}-save`])
  if (isAbsent(dumps['iptables-legacy'])) dumps['iptables-legacy'] = hiddenLegacy(program, legacyTables)
  return {legacy: dumps['iptables-legacy'], nft: dumps['iptables-nft']}
}

export function isAbsent({text, unreadable}: Dump): boolean {
  return text === null && unreadable === null
}

type LegacyTables = readonly string[] | 'not-permitted'

/** Names of the legacy tables that the kernel holds; empty when the module is not loaded. */
async function readLegacyTables(program: 'iptables' | 'ip6tables', root: string): Promise<LegacyTables> {
  const name = program === 'iptables' ? 'ip_tables_names' : 'ip6_tables_names'
  try {
    const text = await readFile(join(root, 'proc/net', name), 'utf8')
    return text.split('\n').filter(Boolean)
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT') return []
      if (error.code === 'EACCES' || error.code === 'EPERM') return 'not-permitted'
    }
    throw error
  }
}

function hiddenLegacy(program: string, tables: LegacyTables): Dump {
  if (tables === 'not-permitted')
    return {text: null, unreadable: 'which legacy tables are loaded is for root to read; run again with sudo'}
  if (tables.length === 0) return ABSENT
  return {
    text: null,
    unreadable: `the kernel holds legacy tables (${tables.join(', ')}) and \`${program}-legacy-save\` is not installed; install the package iptables`,
  }
}
