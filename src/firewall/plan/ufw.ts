import type {IptablesEngine} from '../../contract/engines.ts'
import type {Step} from '../../contract/remedy.ts'
import {insertRule} from '../iptables/edit.ts'
import {SAVE_FIELDS} from '../iptables/save-fields.ts'
import type {Ufw} from '../keeper.ts'
import type {Transport} from '../protocol.ts'
import type {LinuxFirewallState} from '../state.ts'
import {changeComment} from './accept-rule.ts'
import {describeBlocker, type Obstacle, type Proposal} from './engine-planner.ts'
import {peerOf, riskOf} from './iptables-accepts.ts'
import {acceptsInBeforeRules} from './ufw-before.ts'

/** `ufw prepend` came with 0.36, comments with 0.35 (ufw's ChangeLog). */
const OLDEST: NonNullable<Ufw['version']> = [0, 36]

/**
 * Plans for what ufw's chains stop: a rule of ufw's own before all its other rules, which ufw itself keeps; where
 * the packet never gets to those (its reply, or a rule of before.rules), an accept in the chain of before.rules.
 */
export function ufwProposals(obstacle: Obstacle, engine: IptablesEngine): readonly Proposal[] | string {
  const {blocker, stage, protocol, need, keeper, discovery} = obstacle
  const {ufw} = keeper
  const blocks = `Blocked by ${describeBlocker(blocker)}, which ufw manages`
  if (ufw === null)
    return `${blocks}, and its rules cannot be read; run \`ufw prepend allow out proto ${protocol} to ${need.destination ?? 'any'} port ${need.port}\`, then check again.`
  if (blocker.family === 'ip6' && !ufw.ipv6)
    return `${blocks}, and /etc/default/ufw blocks all IPv6; set IPV6=yes there, run \`ufw reload\`, then check again.`
  const inBeforeRules = acceptsInBeforeRules(obstacle, engine)
  // Its commands know no ICMPv6, and rules for replies would let connections in.
  if (discovery || stage === 'in-synack' || stage === 'in-data') return inBeforeRules
  if (isOlder(ufw.version, OLDEST))
    return `${blocks}, in a version without \`ufw prepend\`; run \`ufw insert 1 allow out proto ${protocol} to ${need.destination ?? 'any'} port ${need.port}\`, then check again.`
  return [...userRule(obstacle, ufw, engine), ...inBeforeRules]
}

function isOlder(version: Ufw['version'], [major, minor]: NonNullable<Ufw['version']>): boolean {
  if (version === null) return true
  return version[0] < major || (version[0] === major && version[1] < minor)
}

/** What a rule says of the packets. */
type Packets = {
  readonly protocol: Transport
  readonly port: number
  /** For the commands: `any`, or a CIDR. */
  readonly to: string
  /** The families whose rules it becomes one of. */
  readonly families: readonly ('ip' | 'ip6')[]
  readonly from: readonly string[]
  /** The source port, as ufw writes it down. */
  readonly sport: string
}

/**
 * ufw takes a rule for the same as another that differs in action and comment alone, and then leaves that where it is
 * (measured: after `deny out 443/tcp`, `prepend allow out 443/tcp` does nothing and ends with 0). Naming all source
 * ports makes it another.
 */
function userRule(obstacle: Obstacle, ufw: Ufw, engine: IptablesEngine): readonly Proposal[] {
  const {protocol, need, state, keeper} = obstacle
  const destination = peerOf(need, 4) ?? peerOf(need, 6)
  const to = destination ?? 'any'
  const both = ufw.ipv6 ? (['ip', 'ip6'] as const) : (['ip'] as const)
  const families = destination === null ? both : ([destination.includes(':') ? 'ip6' : 'ip'] as const)
  const common = {protocol, port: need.port, to, families}
  const forms: readonly Packets[] = [
    {...common, from: [], sport: 'any'},
    {...common, from: ['from', 'any', 'port', '1:65535'], sport: '1:65535'},
  ]
  const packets = forms.find(form => !isTaken(form, ufw))
  if (!packets) return []
  const after = packets.families.reduce(
    (changed, family) => prepended(changed, keeper.restores[family] ?? engine, family, packets),
    state,
  )
  return [
    {
      state: after,
      risk: riskOf(obstacle),
      step: (label, index) => stepOf(packets, changeComment(label, index)),
      lasting: () => [],
    },
  ]
}

function isTaken({protocol, port, to, families, sport}: Packets, {rules}: Ufw): boolean {
  return families.some(family => {
    const [anywhere, whole] = family === 'ip' ? ['0.0.0.0/0', '/32'] : ['::/0', '/128']
    const destination = to === 'any' ? anywhere : to.endsWith(whole) ? to.slice(0, -whole.length) : to
    return rules[family].includes(`${protocol} ${port} ${destination} ${sport} ${anywhere} out`)
  })
}

/** The state as ufw leaves it, in the rules that its `iptables` writes to. */
function prepended(
  state: LinuxFirewallState,
  engine: IptablesEngine,
  family: 'ip' | 'ip6',
  {protocol, port, to, from}: Packets,
): LinuxFirewallState {
  const field = SAVE_FIELDS[engine][family]
  const chain = family === 'ip' ? 'ufw-user-output' : 'ufw6-user-output'
  const text = state[field]
  if (!text?.includes(`\n:${chain} `)) return state
  const ports =
    from.length === 0
      ? `-m ${protocol} --dport ${port}`
      : `-m multiport --dports ${port} -m multiport --sports 1:65535`
  const rule = `${to === 'any' ? '' : `-d ${to} `}-p ${protocol} ${ports} -j ACCEPT`
  return {...state, [field]: insertRule(text, 'filter', chain, 1, rule)}
}

function stepOf({protocol, port, to, from}: Packets, comment: string): Step {
  const rule = ['allow', 'out', 'proto', protocol, ...from, 'to', to, 'port', String(port)]
  return {
    title: `Have ufw allow ${protocol.toUpperCase()} ${port} out${to === 'any' ? '' : ` to ${to}`} before all its other rules, permanently`,
    do: ['ufw', 'prepend', ...rule, 'comment', comment],
    undo: ['ufw', 'delete', ...rule],
    alreadyDone: ['ufw', 'show', 'added'],
    mark: `comment '${comment}'`,
    persists: true,
  }
}
