import {powerShellCommand} from '../../../contract/command-line.ts'
import type {FirewallFacts} from '../../../contract/host.ts'
import type {FirewallTools} from '../../../firewall/state/tools.ts'
import {type RunCommand, runCommand, succeeded} from '../../process/command.ts'
import {CONSOLE_QUESTION_MS, POWERSHELL_QUESTION_MS} from '../time-limits.ts'

export {type CaptureSources, readFirewallState} from './capture.ts'

/** There is one engine, and Windows keeps its rules itself. */
export const FIREWALL_FACTS: FirewallFacts = {
  manager: 'windows-firewall',
  engines: ['windows'],
  alsoWrittenBy: [],
}

const NONE = {ip: null, ip6: null} as const

const CREATE = 'New-NetFirewallRule'

/** Prints the name of a cmdlet of NetSecurity where that is. */
export const HAS_CMDLETS = powerShellCommand(`(Get-Command ${CREATE} -ErrorAction Stop).Name`)

/** netsh without an order prints its help. */
const HAS_NETSH = ['netsh.exe', 'advfirewall', '?'] as const

/** What edits the firewall here: the NetSecurity cmdlets where they can be run, else netsh. */
export async function readFirewallTools(run: RunCommand = runCommand): Promise<FirewallTools> {
  const asked = await run(HAS_CMDLETS, {timeoutMs: POWERSHELL_QUESTION_MS})
  // A PowerShell that is not allowed to do a thing may still end well.
  const hasCmdlets = succeeded(asked) && asked.stdout.includes(CREATE)
  const hasNetsh = !hasCmdlets && (await run(HAS_NETSH, {timeoutMs: CONSOLE_QUESTION_MS})).kind === 'exited'
  return {
    'iptables-legacy': NONE,
    'iptables-nft': NONE,
    nft: null,
    windows: hasCmdlets ? 'powershell' : hasNetsh ? 'netsh' : null,
  }
}
