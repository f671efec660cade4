import {describeResult, type RunCommand} from '../../command.ts'
import {readLegacyTables} from './legacy-tables.ts'
import {engineOfVersion} from './programs.ts'
import {ABSENT, type Dump, type DumpReader} from './read-dump.ts'

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
