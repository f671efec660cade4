import {MAYBE, NO, type Ternary, YES} from '../ternary.ts'
import type {WindowsFirewallState} from './state.ts'

/** Interfaces that a connection may leave by, by name; null: any. */
export type UsedInterfaces = readonly string[] | null

export type Adapters = WindowsFirewallState['adapters']

/**
 * Whether a connection leaves by an adapter with one of these GUIDs. An adapter that is not among the captured ones is
 * none of this host's.
 */
export function isOneOf(guids: readonly string[], used: UsedInterfaces, adapters: Adapters): Ternary {
  if (guids.length === 0) return YES
  if (adapters === undefined) return MAYBE
  const wanted = new Set(guids.map(withoutBraces))
  const names = new Set(
    Object.entries(adapters).flatMap(([guid, {name}]) => (wanted.has(withoutBraces(guid)) ? [name] : [])),
  )
  if (names.size === 0) return NO
  return allOf(used, name => (names.has(name) ? YES : NO))
}

/** Kinds of adapter that rules name to the interface types of IANA. Source: MS-FASP 2.2.20; IANAifType-MIB. */
const TYPES: Readonly<Record<string, number>> = {lan: 6, wireless: 71, remoteaccess: 23}

/**
 * Whether a connection leaves by an adapter of one of these kinds. Interface types besides Ethernet, IEEE 802.11 and PPP
 * may be taken for any of them.
 */
export function isOfType(kinds: readonly string[], used: UsedInterfaces, adapters: Adapters): Ternary {
  if (kinds.length === 0) return YES
  const types = new Map(Object.values(adapters ?? {}).map(({name, type}) => [name, type]))
  const wanted = kinds.map(kind => TYPES[kind.toLowerCase()])
  return allOf(used, name => {
    const type = types.get(name)
    if (type === undefined || !Object.values(TYPES).includes(type)) return MAYBE
    return wanted.includes(type) ? YES : wanted.includes(undefined) ? MAYBE : NO
  })
}

function allOf(used: UsedInterfaces, matches: (name: string) => Ternary): Ternary {
  if (used === null || used.length === 0) return MAYBE
  const [first = MAYBE, ...others] = new Set(used.map(matches))
  return others.length > 0 ? MAYBE : first
}

function withoutBraces(guid: string): string {
  return guid.replace(/[{}]/g, '').toLowerCase()
}
