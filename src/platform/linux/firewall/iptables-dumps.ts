import type {RunCommand} from '../../command.ts'
import {type LegacyTables, readLegacyTables} from './legacy-tables.ts'
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
