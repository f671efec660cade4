import {parseInterval} from '../../model/address.ts'
import type {NftNewRule} from '../../nft/edit.ts'
import type {AcceptRule} from '../accept-rule.ts'

export type NftAcceptRule = AcceptRule & {
  /** Limits the rule to connections of this host, where forwarded packets come by as well. */
  readonly ownOnly: boolean
}

/** The rule as `nft list` prints it, but for its comment (measured with nft 1.0.6; each part is as old as nft 0.9). */
export function nftRule(rule: NftAcceptRule): NftNewRule {
  const {way, state, ownOnly, original} = rule
  const own = way === 'out' ? 'saddr' : 'daddr'
  const parts = [
    ...(ownOnly ? [part(`fib ${own} type local`, {fib: {result: 'type', flags: [own]}}, 'local')] : []),
    ...(original ? originalEnd(rule) : farEnd(rule)),
    ...(state === 'established' ? [ESTABLISHED] : []),
    ...(state === 'no-opening' ? [NO_OPENING] : []),
  ]
  return {
    text: [...parts.map(({text}) => text), 'accept'].join(' '),
    statements: [...parts.map(({statement}) => statement), {accept: null}],
  }
}

/** The far end in the packet's own headers. */
function farEnd({protocol: transport, way, port, peer, icmpv6Type}: NftAcceptRule): readonly Part[] {
  if (icmpv6Type !== undefined) return [discoveryPart(icmpv6Type)]
  const side = way === 'out' ? 'd' : 's'
  const protocol = protocolOf(peer)
  const field = `${side}addr`
  return [
    ...(peer === null ? [] : [peerPart(`${protocol} ${field}`, peer, {payload: {protocol, field}})]),
    part(`${transport} ${side}port ${port}`, {payload: {protocol: transport, field: `${side}port`}}, port),
  ]
}

/** The far end of the connection that the packet belongs to. */
function originalEnd({protocol, way, port, peer}: NftAcceptRule): readonly Part[] {
  const direction = way === 'out' ? 'original' : 'reply'
  const key = `${protocolOf(peer)} daddr`
  return [
    part(`meta l4proto ${protocol}`, {meta: {key: 'l4proto'}}, protocol),
    part(`ct direction ${direction}`, {ct: {key: 'direction'}}, direction),
    ...(peer === null ? [] : [peerPart(`ct original ${key}`, peer, {ct: {key, dir: 'original'}})]),
    part(`ct original proto-dst ${port}`, {ct: {key: 'proto-dst', dir: 'original'}}, port),
  ]
}

type Part = {readonly text: string; readonly statement: unknown}

function part(text: string, left: unknown, right: unknown): Part {
  return {text, statement: {match: {op: '==', left, right}}}
}

function discoveryPart(icmpv6Type: 135 | 136): Part {
  const name = icmpv6Type === 135 ? 'nd-neighbor-solicit' : 'nd-neighbor-advert'
  return part(`icmpv6 type ${name}`, {payload: {protocol: 'icmpv6', field: 'type'}}, name)
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

function protocolOf(peer: string | null): 'ip' | 'ip6' {
  return peer !== null && parseInterval(peer)?.family === 6 ? 'ip6' : 'ip'
}

/** `peer` is an address, or a CIDR. */
function peerPart(text: string, peer: string, left: unknown): Part {
  const [addr, length] = peer.split('/')
  const right = length === undefined ? addr : {prefix: {addr, len: Number(length)}}
  return part(`${text} ${peer}`, left, right)
}
