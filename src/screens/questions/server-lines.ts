import type {FirewallFacts, Privileges} from '../../contract/host.ts'
import type {ServerFacts} from '../flow/wizard-host.ts'
import {fact, type Line} from '../ui/lines.ts'

/** What was found out about the server, as lines to show. */
export function serverLines({host, privileges, firewall}: ServerFacts): readonly Line[] {
  return [
    fact('Host name', host.hostname, 'strong'),
    fact('System', `${host.os} ${host.osVersion}`.trim()),
    fact('Kernel', `${host.kernel}, ${host.arch}`),
    fact('Firewall', firewallSentence(firewall)),
    fact('Running as', privileges.user, privileges.elevated ? 'plain' : 'caution'),
    ...privilegeAdvice(privileges, host.platform),
  ]
}

function firewallSentence({manager, engines, alsoWrittenBy}: FirewallFacts): string {
  if (manager === 'windows-firewall') return 'Windows Firewall'
  const rules = engines.length === 0 ? 'no rules found' : `rules in ${engines.join(', ')}`
  const who = manager === null ? `${rules}; no manager found` : `managed by ${manager}; ${rules}`
  return alsoWrittenBy.length === 0 ? who : `${who}; also written by ${alsoWrittenBy.join(', ')}`
}

function privilegeAdvice(
  {elevated, sudoInstalled}: Privileges,
  platform: 'linux' | 'win32',
): readonly Line[] {
  if (elevated) return [fact('', 'Can read and change the firewall.')]
  const again =
    platform === 'win32'
      ? 'from a prompt that was opened as Administrator'
      : sudoInstalled
        ? 'with: sudo drs-onboard'
        : 'as root'
  return [
    fact('', 'Cannot change the firewall: rules may be unreadable, nothing can be fixed.', 'caution'),
    fact('', `To fix it, quit and start again ${again}`, 'caution'),
  ]
}
