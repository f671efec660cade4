import type {StoppedDiscovery} from '../../contract/judgement.ts'
import type {Transport} from '../model/protocol.ts'

/** A rule that accepts the packets of connections from this host to one port, one way. */
export type AcceptRule = {
  readonly way: 'out' | 'in'
  readonly protocol: Transport
  readonly port: number
  /** The far end, as `iptables-save` prints it; null: any. */
  readonly peer: string | null
  /**
   * What the packet must be: `any`; `established`, part of a known connection; `no-opening`, not one that opens a
   * connection, for where connections are not known (yet): the raw table, and what is not tracked. No datagram of UDP
   * says of itself whether it opens one.
   */
  readonly state: 'any' | 'established' | 'no-opening'
  /** Goes by what the connection was opened to: address translation has changed what its packets carry. */
  readonly original?: boolean
  /** Given: neither TCP nor UDP, but messages of IPv6 neighbour discovery, whatever their far end. */
  readonly icmpv6Type?: StoppedDiscovery['icmpv6Type']
}

/** What a packet that goes this way may have to be, narrowest first; `early`: before connections are known. */
export function statesFor(
  {protocol, way}: Pick<AcceptRule, 'protocol' | 'way'>,
  early: boolean,
): readonly AcceptRule['state'][] {
  if (way === 'out') return ['any']
  const unknown = protocol === 'tcp' ? 'no-opening' : 'any'
  return early ? [unknown] : ['established', unknown]
}

/**
 * The comment of a remedy's rule: each has its own, so that it is told from the others in a file that holds them all.
 */
export function changeComment(label: string, index: number): string {
  return index === 0 ? label : `${label}.${index + 1}`
}

/** The rule as arguments of `iptables` after `-I CHAIN NUMBER`, `-A CHAIN`, `-C CHAIN` or `-D CHAIN`. */
export function ruleArguments(rule: AcceptRule, comment: string): string[] {
  return [...matchArguments(rule), ...['-m', 'comment', '--comment', comment], ...['-j', 'ACCEPT']]
}

function matchArguments(rule: AcceptRule): string[] {
  const {protocol, way, port, peer, state, icmpv6Type, original} = rule
  if (original) return ['-p', protocol, ...originalEnd(rule)]
  if (icmpv6Type !== undefined) return ['-p', 'ipv6-icmp', '-m', 'icmp6', '--icmpv6-type', String(icmpv6Type)]
  return [
    ...['-p', protocol],
    ...(peer === null ? [] : [way === 'out' ? '-d' : '-s', peer]),
    ...[way === 'out' ? '--dport' : '--sport', String(port)],
    ...(state === 'no-opening' ? ['!', '--syn'] : []),
    ...(state === 'established' ? ['-m', 'conntrack', '--ctstate', 'ESTABLISHED'] : []),
  ]
}

/**
 * The same rule as both backends' `iptables-save` prints it after `-A CHAIN` (measured with iptables 1.8.9).
 * @param comment null for none
 */
export function ruleText(rule: AcceptRule, comment: string | null): string {
  const commented = comment === null ? [] : [`-m comment --comment "${comment}"`]
  return [...matchText(rule), ...commented, '-j ACCEPT'].join(' ')
}

function matchText(rule: AcceptRule): string[] {
  const {protocol, way, port, peer, state, icmpv6Type, original} = rule
  if (original) return [`-p ${protocol}`, ...originalEnd(rule)]
  if (icmpv6Type !== undefined) return [`-p ipv6-icmp -m icmp6 --icmpv6-type ${icmpv6Type}`]
  return [
    ...(peer === null ? [] : [way === 'out' ? '-d' : '-s', peer]),
    ...[`-p ${protocol} -m ${protocol}`, way === 'out' ? '--dport' : '--sport', String(port)],
    ...(state === 'no-opening' ? ['! --tcp-flags FIN,SYN,RST,ACK SYN'] : []),
    ...(state === 'established' ? ['-m conntrack --ctstate ESTABLISHED'] : []),
  ]
}

/** What the connection was opened to, which is the same in packets that go either way. */
function originalEnd({way, port, peer}: AcceptRule): string[] {
  return [
    ...['-m', 'conntrack'],
    ...(peer === null ? [] : ['--ctorigdst', peer]),
    ...['--ctorigdstport', String(port), '--ctdir', way === 'out' ? 'ORIGINAL' : 'REPLY'],
  ]
}
