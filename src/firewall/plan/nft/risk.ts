import type {FamilyInterval} from '../../model/address.ts'
import {EVERYTHING, liesWithin, parseInterval} from '../../model/address.ts'
import {PRIORITY} from '../../model/protocol.ts'
import {isObject, type NftHook, tagged} from '../../nft/document.ts'
import {addressOf, readInterval} from '../../nft/values.ts'

/**
 * Whether a chain has the place that belongs to decisions that are not to be overridden: before connection tracking,
 * as the raw table has, or that of the security table.
 */
export function isGuarded({name, priority}: NftHook): boolean {
  // A device's priorities are its own.
  if (priority === null || name === 'ingress' || name === 'egress') return false
  return priority < PRIORITY.conntrack || (priority >= PRIORITY.security && priority < PRIORITY.sourceNat)
}

/**
 * Whether a rule was written against just these destinations (or some of them): by address, or by a named set of
 * addresses, or to hand packets to a program (`queue`). A rule that denies much more, as a final reject does, was not.
 * @param statements of the rule that stops the packet
 * @param way how that packet travels: its far end is the destination, or the source
 */
export function nftForbidsOnPurpose(
  statements: readonly unknown[],
  way: 'out' | 'in',
  to: readonly string[],
): boolean {
  const destinations = to.flatMap(text => parseInterval(text) ?? [])
  return statements.some(statement => {
    const [tag, body] = tagged(statement) ?? []
    if (tag === 'queue') return true
    if (!isObject(body)) return false
    if (tag === 'vmap') return denies(body.key, keysOfMap(body.data), way, destinations)
    if (tag !== 'match' || (body.op !== '==' && body.op !== 'in' && body.op !== undefined)) return false
    return denies(body.left, body.right, way, destinations)
  })
}

/** The keys of an anonymous map, as the set that they are. */
function keysOfMap(data: unknown): unknown {
  const [, pairs] = tagged(data) ?? []
  return Array.isArray(pairs) ? {set: pairs.map(pair => (Array.isArray(pair) ? pair[0] : pair))} : data
}

function denies(
  left: unknown,
  right: unknown,
  way: 'out' | 'in',
  destinations: readonly FamilyInterval[],
): boolean {
  const [joined, parts] = tagged(left) ?? []
  const fields = joined === 'concat' && Array.isArray(parts) ? parts : [left]
  const at = fields.findIndex(field => isFarEnd(field, way))
  if (at < 0) return false
  // A set of addresses that stops packets is a list of who is to be stopped.
  if (typeof right === 'string' && right.startsWith('@')) return true
  const [, body] = tagged(right) ?? []
  const isSet = tagged(right)?.[0] === 'set' && Array.isArray(body)
  const keys: readonly unknown[] = isSet ? body : [right]
  return keys.some(key => {
    const [kind, members] = tagged(key) ?? []
    const address = kind === 'concat' && Array.isArray(members) ? members[at] : key
    return destinations.some(destination => isWithin(address, destination))
  })
}

function isFarEnd(field: unknown, way: 'out' | 'in'): boolean {
  const [tag, body] = tagged(field) ?? []
  return tag === 'payload' && isObject(body) && body.field === (way === 'out' ? 'daddr' : 'saddr')
}

function isWithin(address: unknown, destination: FamilyInterval): boolean {
  const {family} = destination
  const interval = readInterval(address, addressOf(family)) ?? EVERYTHING[family]
  if (typeof interval.lo === 'string' || typeof interval.hi === 'string') return false
  return liesWithin({family, lo: interval.lo, hi: interval.hi}, destination)
}
