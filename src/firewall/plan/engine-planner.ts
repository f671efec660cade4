import type {CheckId} from '../../contract/checks.ts'
import type {Blocker, Probe, Stage, StoppedDiscovery} from '../../contract/judgement.ts'
import type {Remedy, Step} from '../../contract/remedy.ts'
import type {Transport} from '../model/protocol.ts'
import type {Persistence} from '../state/managers.ts'
import type {FirewallState, LinuxFirewallState} from '../state/state.ts'
import type {FirewallTools} from '../state/tools.ts'
import {describeWindowsBlocker} from '../windows/describe.ts'
import type {BootRule} from './boot/rules-file.ts'
import type {RuleFiles} from './rule-files.ts'

/** A connection that has to be let through. */
export type Connection = {
  readonly to: string
  readonly protocol: Transport
  readonly owner: Pick<Probe, 'uid' | 'gid'>
}

/** The connections that have to be let through. */
export type Need = {
  readonly check: Extract<CheckId, 'firewall-443' | 'firewall-1500'>
  readonly port: number
  /** Addresses or CIDRs, of one family or both. */
  readonly to: readonly string[]
  /** Address or CIDR that the new rules are limited to, in the family that it belongs to; null: any destination. */
  readonly destination: string | null
  /** Owners of the connecting sockets; root alone unless given. */
  readonly owners?: readonly Pick<Probe, 'uid' | 'gid'>[]
  /** Instead of TCP by each owner: these, each to one of `to`, which alone its new rules are for. */
  readonly connections?: readonly Connection[]
}

/** What stands in the way of one of the needed connections. */
export type Obstacle<State extends FirewallState = LinuxFirewallState> = {
  readonly state: State
  readonly tools: FirewallTools
  readonly persistence: Persistence
  readonly need: Need
  /** The one of the needed connection. */
  readonly protocol: Transport
  readonly stage: Stage
  readonly blocker: Blocker
  /** Given: what the blocker stops is not the connection's own packet, but what has to find its next hop. */
  readonly discovery?: StoppedDiscovery
}

/** One connection that has to be opened, and what there is to do it with. */
export type Opening = Pick<Obstacle, 'tools' | 'need' | 'persistence' | 'protocol'> & {readonly to: string}

/** One change that may let the connection past the obstacle; whether it does is for the judge to say. */
export type Proposal = {
  /** The state as the change would leave it. */
  readonly state: FirewallState
  readonly risk: Remedy['risk']
  /** What the change adds, wherever it goes; only where its step's `undo` does not tell. */
  readonly adds?: string
  /** `label` marks what the change adds as the remedy's; `index` is the change's place among those of the remedy. */
  step(label: string, index: number): Step
  /** `files`: as the lasting steps of the changes before it leave them. */
  lasting(label: string, index: number, files: RuleFiles): Lasting
}

/** How a change is written down for the next boot. */
export type Lasting =
  /** By these steps; by none if it lasts anyway. */
  | readonly Step[]
  /** No service restores rules here: the systemd unit of this tool has to add this one at boot. */
  | {readonly atBoot: BootRule}
  /** Not at all: why, and what to do by hand, in one sentence. */
  | string

/** Proposals, best first; or one sentence for a human that says why there are none. */
export type EnginePlanner = (obstacle: Obstacle) => readonly Proposal[] | string

/** What has to be let through, in words: `TCP 443`. */
export function portOf({protocol, need}: Pick<Obstacle, 'protocol' | 'need'>): string {
  return `${protocol.toUpperCase()} ${need.port}`
}

/** The rule in words, to be used inside a sentence. */
export function describeBlocker(blocker: Blocker): string {
  if (blocker.engine === 'windows') return describeWindowsBlocker(blocker)
  const {engine, table, chain, rule, text} = blocker
  const where = `${chain} (table ${table} of ${engine}`
  return rule === 'policy' ? `the policy of ${where})` : `rule ${rule} of ${where}: \`${text}\`)`
}

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
