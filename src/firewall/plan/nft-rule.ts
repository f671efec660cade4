import {parseInterval} from '../address.ts'
import type {NftNewRule} from '../nft/edit.ts'
import type {AcceptRule} from './accept-rule.ts'

export type NftAcceptRule = AcceptRule & {
  /** Limits the rule to connections of this host, where forwarded packets come by as well. */
  readonly ownOnly: boolean
}

/** The rule as `nft list` prints it, but for its comment (measured with nft 1.0.6; each part is as old as nft 0.9). */
export function nftRule({way, port, peer, state, ownOnly}: NftAcceptRule): NftNewRule {
  const side = way === 'out' ? 'd' : 's'
  const own = way === 'out' ? 'saddr' : 'daddr'
  const parts = [
    ...(ownOnly ? [part(`fib ${own} type local`, {fib: {result: 'type', flags: [own]}}, 'local')] : []),
    ...(peer === null ? [] : [peerPart(peer, `${side}addr`)]),
    part(`tcp ${side}port ${port}`, {payload: {protocol: 'tcp', field: `${side}port`}}, port),
    ...(state === 'established' ? [ESTABLISHED] : []),
    ...(state === 'no-opening' ? [NO_OPENING] : []),
  ]
  return {
    text: [...parts.map(({text}) => text), 'accept'].join(' '),
    statements: [...parts.map(({statement}) => statement), {accept: null}],
  }
}

type Part = {readonly text: string; readonly statement: unknown}

function part(text: string, left: unknown, right: unknown): Part {
  return {text, statement: {match: {op: '==', left, right}}}
}

const ESTABLISHED: Part = {
  text: 'ct state established',
  statement: {match: {op: 'in', left: {ct: {key: 'state'}}, right: 'established'}},
}

const FLAGS = ['fin', 'syn', 'rst', 'ack']

/** All but the first packet of a connection. */
const NO_OPENING: Part = {
  text: `tcp flags & (${FLAGS.join(' | ')}) != syn`,
  statement: {
    match: {op: '!=', left: {'&': [{payload: {protocol: 'tcp', field: 'flags'}}, FLAGS]}, right: 'syn'},
  },
}

/** `peer` is an address, or a CIDR. */
function peerPart(peer: string, field: string): Part {
  const protocol = parseInterval(peer)?.family === 6 ? 'ip6' : 'ip'
  const [addr, length] = peer.split('/')
  const right = length === undefined ? addr : {prefix: {addr, len: Number(length)}}
  return part(`${protocol} ${field} ${peer}`, {payload: {protocol, field}}, right)
}
