import type {IptablesEngine} from '../../../contract/engines.ts'
import type {FirewallTools} from '../../../firewall/state/tools.ts'
import {describeResult, type RunCommand, runCommand, succeeded} from '../../process/command.ts'
import {mayWork} from '../../process/patient-command.ts'

/** Whether a plain `iptables` writes to nf_tables or to the legacy tables, by what `--version` prints. */
export function engineOfVersion(version: string): IptablesEngine {
  return version.includes('(nf_tables)') ? 'iptables-nft' : 'iptables-legacy'
}

/** A plain program, and its engine; null where that is not known since it gave no answer, `why` being a clause. */
export type Plain =
  | {readonly program: string; readonly engine: IptablesEngine}
  | {readonly program: string; readonly engine: null; readonly why: string}

/**
 * The engine behind a plain program such as `iptables`, or null where it is not installed. Asking for the version touches
 * no table.
 */
export async function readPlainEngine(
  program: 'iptables' | 'ip6tables',
  run: RunCommand = runCommand,
  signal?: AbortSignal,
): Promise<Plain | null> {
  const command = [program, '--version'] as const
  const result = await run(command, signal ? {signal} : {})
  if (result.kind === 'timed-out') return {program, engine: null, why: describeResult(command, result)}
  return succeeded(result) ? {program, engine: engineOfVersion(result.stdout)} : null
}

/** Finds the program for each engine and family; a plain name only where its suffixed one is missing. */
export async function readFirewallTools(run: RunCommand = runCommand): Promise<FirewallTools> {
  const installed = async (program: string): Promise<string | null> =>
    mayWork(await run([program, '--version'])) ? program : null
  const [legacy, legacy6, nft, nft6, nftProgram, plain, plain6] = await Promise.all([
    installed('iptables-legacy'),
    installed('ip6tables-legacy'),
    installed('iptables-nft'),
    installed('ip6tables-nft'),
    installed('nft'),
    readPlainEngine('iptables', run),
    readPlainEngine('ip6tables', run),
  ])
  const fallback = (of: Plain | null, engine: IptablesEngine) => (of?.engine === engine ? of.program : null)
  return {
    'iptables-legacy': {
      ip: legacy ?? fallback(plain, 'iptables-legacy'),
      ip6: legacy6 ?? fallback(plain6, 'iptables-legacy'),
    },
    'iptables-nft': {
      ip: nft ?? fallback(plain, 'iptables-nft'),
      ip6: nft6 ?? fallback(plain6, 'iptables-nft'),
    },
    nft: nftProgram,
  }
}
