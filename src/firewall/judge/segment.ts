import type {Stage} from '../../contract/judgement.ts'

/** Messages by which a next hop is found: of neighbour discovery (RFC 4861), and of ARP (RFC 826). */
export type ResolvingName = 'solicitation' | 'advertisement' | 'arp-request' | 'arp-reply'

/** One of the packets that a connection begins with. */
export type Segment = {
  readonly stage: Stage
  readonly name: 'syn' | 'syn-ack' | 'ack' | 'data' | ResolvingName
  readonly outbound: boolean
}

/** Those of TCP, in their order; the server's bare ACK of our data may or may not be sent. */
export const SEGMENTS: readonly Segment[] = [
  {stage: 'out-syn', name: 'syn', outbound: true},
  {stage: 'in-synack', name: 'syn-ack', outbound: false},
  {stage: 'out-data', name: 'ack', outbound: true},
  {stage: 'out-data', name: 'data', outbound: true},
  {stage: 'in-data', name: 'ack', outbound: false},
  {stage: 'in-data', name: 'data', outbound: false},
]

/** Whether it finds a next hop, and is not of TCP. */
export function isResolving(name: Segment['name']): name is ResolvingName {
  return name === 'solicitation' || name === 'advertisement' || isArp(name)
}

export function isArp(name: Segment['name']): name is 'arp-request' | 'arp-reply' {
  return name === 'arp-request' || name === 'arp-reply'
}
