import type {Stage} from '../../contract/judgement.ts'
import type {Transport} from '../model/protocol.ts'

/** Messages by which a next hop is found: of neighbour discovery (RFC 4861), and of ARP (RFC 826). */
export type ResolvingName = 'solicitation' | 'advertisement' | 'arp-request' | 'arp-reply'

/** One of the packets that a connection begins with. */
export type Segment = {
  readonly stage: Stage
  readonly name: 'syn' | 'syn-ack' | 'ack' | 'data' | 'request' | 'reply' | ResolvingName
  readonly outbound: boolean
}

/** In their order. The server's bare ACK of our data may or may not be sent; of UDP there are two datagrams. */
export const SEGMENTS: Readonly<Record<Transport, readonly Segment[]>> = {
  tcp: [
    {stage: 'out-syn', name: 'syn', outbound: true},
    {stage: 'in-synack', name: 'syn-ack', outbound: false},
    {stage: 'out-data', name: 'ack', outbound: true},
    {stage: 'out-data', name: 'data', outbound: true},
    {stage: 'in-data', name: 'ack', outbound: false},
    {stage: 'in-data', name: 'data', outbound: false},
  ],
  udp: [
    {stage: 'out-syn', name: 'request', outbound: true},
    {stage: 'in-synack', name: 'reply', outbound: false},
  ],
}

/** Whether it is a connection's first packet. */
export function isFirst({name}: Segment): boolean {
  return name === 'syn' || name === 'request'
}

/** Whether it is the first that comes back. */
export function isFirstReply({name}: Segment): boolean {
  return name === 'syn-ack' || name === 'reply'
}

/** Whether it finds a next hop, and is not of TCP. */
export function isResolving(name: Segment['name']): name is ResolvingName {
  return name === 'solicitation' || name === 'advertisement' || isArp(name)
}

export function isArp(name: Segment['name']): name is 'arp-request' | 'arp-reply' {
  return name === 'arp-request' || name === 'arp-reply'
}
