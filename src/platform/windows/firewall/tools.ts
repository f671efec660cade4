import type {FirewallTools} from '../../../firewall/tools.ts'
import {type RunCommand, runCommand, succeeded} from '../../command.ts'

const NONE = {ip: null, ip6: null} as const

/** A cold start of PowerShell that loads the module takes seconds. */
const TIMEOUT_MS = 30_000

/** Exits with 0 where the NetSecurity cmdlets are. */
export const HAS_CMDLETS = [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  'Get-Command New-NetFirewallRule -ErrorAction Stop | Out-Null',
] as const

/** netsh without an order prints its help. */
const HAS_NETSH = ['netsh.exe', 'advfirewall', '?'] as const

/** What edits the firewall here: the NetSecurity cmdlets where they can be run, else netsh. */
export async function readFirewallTools(run: RunCommand = runCommand): Promise<FirewallTools> {
  const hasCmdlets = succeeded(await run(HAS_CMDLETS, {timeoutMs: TIMEOUT_MS}))
  const hasNetsh = !hasCmdlets && (await run(HAS_NETSH)).kind === 'exited'
  return {
    'iptables-legacy': NONE,
    'iptables-nft': NONE,
    nft: null,
    windows: hasCmdlets ? 'powershell' : hasNetsh ? 'netsh' : null,
  }
}
