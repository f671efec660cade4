import type {Stage} from '../../contract/judgement.ts'

/** One of the packets that a connection begins with. */
export type Segment = {
  readonly stage: Stage
  readonly name: 'syn' | 'syn-ack' | 'ack' | 'data' | 'solicitation' | 'advertisement'
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

/** Whether it is of neighbour discovery, not of TCP. */
export function findsNeighbours({name}: Segment): boolean {
  return name === 'solicitation' || name === 'advertisement'
}
