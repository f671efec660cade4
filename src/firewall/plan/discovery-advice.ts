import type {StoppedDiscovery} from '../../contract/judgement.ts'
import {describeBlocker} from './engine-planner.ts'

/** What to do about neighbour discovery that this tool does not open itself, in one sentence. */
export function discoveryAdvice(
  {blocker, icmpv6Type, way, nextHop}: StoppedDiscovery,
  manager: string | null,
): string {
  const message = `ICMPv6 type ${icmpv6Type} ${way === 'out' ? 'to' : 'from'} ${nextHop}`
  return `IPv6 neighbor discovery (${message}), which all IPv6 traffic needs, is blocked by ${describeBlocker(blocker)}; ${allow(manager)}, then check again.`
}

function allow(manager: string | null): string {
  const types = 'ICMPv6 types 135 and 136, in and out,'
  switch (manager) {
    case 'ufw':
      return `allow ${types} in /etc/ufw/before6.rules as Ubuntu ships it, and run \`ufw reload\``
    case 'firewalld':
      return `allow the protocol ipv6-icmp in the zone or policy that blocks it (\`firewall-cmd --permanent --policy NAME --add-protocol ipv6-icmp\`, then \`firewall-cmd --reload\`)`
    default:
      return `allow ${types} directly before it${manager === null ? '' : ` in ${manager}`}`
  }
}
