import {access} from 'node:fs/promises'
import {join} from 'node:path'
import {readSystemFile} from '../../files/read.ts'

/** `known`: the kernel's list could be read. */
export type LegacyTables =
  | {readonly known: true; readonly tables: readonly string[]}
  | {readonly known: false; readonly why: 'not-permitted' | 'no-proc'}

const LISTS = {
  iptables: 'ip_tables_names',
  ip6tables: 'ip6_tables_names',
  arptables: 'arp_tables_names',
} as const

/** Names of the legacy tables that the kernel holds. The file is there while the module is loaded. */
export async function readLegacyTables(program: keyof typeof LISTS, root: string): Promise<LegacyTables> {
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
