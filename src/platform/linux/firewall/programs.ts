import type {FirewallTools, IptablesEngine} from '../../../firewall/tools.ts'
import {type RunCommand, succeeded} from '../../command.ts'

const ENGINES = ['iptables-legacy', 'iptables-nft'] as const satisfies readonly IptablesEngine[]

const SUFFIX: Readonly<Record<IptablesEngine, string>> = {
  'iptables-legacy': '-legacy',
  'iptables-nft': '-nft',
}

/**
 * Finds the program for each rule engine: the suffixed name where it is installed, else the plain one where its
 * `--version` says that it writes to that engine.
 */
export async function readFirewallTools(run: RunCommand): Promise<FirewallTools> {
  const [ip, ip6, nft] = await Promise.all([
    findPrograms('iptables', run),
    findPrograms('ip6tables', run),
    run(['nft', '--version']),
  ])
  const of = (engine: IptablesEngine) => ({ip: ip[engine], ip6: ip6[engine]})
  return {
    'iptables-legacy': of('iptables-legacy'),
    'iptables-nft': of('iptables-nft'),
    nft: nft.kind === 'exited' ? 'nft' : null,
  }
}

async function findPrograms(
  base: 'iptables' | 'ip6tables',
  run: RunCommand,
): Promise<Readonly<Record<IptablesEngine, string | null>>> {
  const [plain, ...suffixed] = await Promise.all([
    run([base, '--version']),
    ...ENGINES.map(engine => run([`${base}${SUFFIX[engine]}`, '--version'])),
  ])
  const plainEngine = plain && succeeded(plain) ? engineOf(plain.stdout) : null
  const program = (engine: IptablesEngine, at: number) => {
    if (suffixed[at]?.kind === 'exited') return `${base}${SUFFIX[engine]}`
    return plainEngine === engine ? base : null
  }
  return {'iptables-legacy': program('iptables-legacy', 0), 'iptables-nft': program('iptables-nft', 1)}
}

/** `iptables v1.8.9 (nf_tables)`; releases before 1.8 name no engine, and know legacy alone. */
export function engineOf(version: string): IptablesEngine {
  return version.includes('(nf_tables)') ? 'iptables-nft' : 'iptables-legacy'
}
