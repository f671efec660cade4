import {powerShellCommand, powerShellString as quoted} from '../../../contract/command-line.ts'
import type {Command} from '../../../contract/remedy.ts'
import {type AllowRule, capitalized} from './rules.ts'

/** Registry key of the host's own rules; the name of a value is the `-Name` of the rule. */
export const LOCAL_RULES =
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules'

const GROUP = 'drs-onboard'

/** Exits with 0 only when the cmdlet has done it: an error that ends it makes `-Command` exit with 1. */
function powerShell(cmdlet: string): Command {
  return powerShellCommand(`${cmdlet} -ErrorAction Stop`)
}

const list = (values: readonly string[]) => values.map(quoted).join(',')

/**
 * Whether `-Name` with this id means one rule: the cmdlets take wildcards in it, and `*` would mean every rule.
 * Source: Set-NetFirewallRule; about_Wildcards.
 */
export function namesOneRule(id: string): boolean {
  return !/[*?[\]`]/.test(id)
}

/** @param name unique among the rules of the host */
export function createRule(name: string, {port, destination, profiles}: AllowRule): Command {
  const limits = [
    `-RemotePort ${port}`,
    ...(destination === null ? [] : [`-RemoteAddress ${quoted(destination)}`]),
    `-Profile ${profiles.length === 3 ? 'Any' : list(profiles.map(capitalized))}`,
  ]
  return powerShell(
    `$null = New-NetFirewallRule -Name ${quoted(name)} -DisplayName ${quoted(`${GROUP}: TCP ${port} out`)} -Group ${quoted(GROUP)} ` +
      `-Direction Outbound -Action Allow -Enabled True -Protocol TCP ${limits.join(' ')}`,
  )
}

export function removeRule(name: string): Command {
  return powerShell(`Remove-NetFirewallRule -Name ${quoted(name)}`)
}

export function enableRule(name: string): Command {
  return powerShell(`Enable-NetFirewallRule -Name ${quoted(name)}`)
}

export function disableRule(name: string): Command {
  return powerShell(`Disable-NetFirewallRule -Name ${quoted(name)}`)
}

export function setRemotePorts(name: string, ports: readonly string[]): Command {
  return powerShell(`Set-NetFirewallRule -Name ${quoted(name)} -RemotePort ${list(ports)}`)
}

/** Prints the rule as the registry has it; exits with 1 where there is none. */
export function readLocalRule(name: string): Command {
  return ['reg.exe', 'query', LOCAL_RULES, '/v', name]
}

/**
 * The same with netsh, for hosts without the cmdlets: its rules have no id of their own, so the name has to be
 * unique.
 */
export function createRuleByNetsh(name: string, {port, destination, profiles}: AllowRule): Command {
  return [
    ...NETSH,
    'add',
    'rule',
    `name=${name}`,
    'dir=out',
    'action=allow',
    'enable=yes',
    'protocol=TCP',
    `remoteport=${port}`,
    ...(destination === null ? [] : [`remoteip=${destination}`]),
    `profile=${profiles.length === 3 ? 'any' : profiles.join(',')}`,
  ]
}

export function removeRuleByNetsh(name: string): Command {
  return [...NETSH, 'delete', 'rule', `name=${name}`]
}

/** Exits with 1 where there is no such rule. What it prints is in the host's language. */
export function showRuleByNetsh(name: string): Command {
  return [...NETSH, 'show', 'rule', `name=${name}`]
}

const NETSH = ['netsh.exe', 'advfirewall', 'firewall'] as const
