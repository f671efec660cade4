import type {Family} from '../address.ts'
import type {Action, Translation} from '../model.ts'
import {UNPRIVILEGED_PORTS} from '../netfilter.ts'
import type {JsonObject} from './document.ts'
import {addressOf, PORT, readInterval} from './values.ts'

export type NatKind = 'dnat' | 'snat' | 'masquerade' | 'redirect'

/** What a translation does whose address and port are given in the rule; null when they are not understood. */
export function natAction(kind: NatKind, {addr, port, flags}: JsonObject, family: Family): Action | null {
  const address = addr === undefined ? null : readInterval(addr, addressOf(family))
  const ports = port === undefined ? null : readInterval(port, PORT)
  if ((addr !== undefined && !address) || (port !== undefined && !ports)) return null
  const random = [flags].flat().some(flag => flag === 'random' || flag === 'fully-random')
  const to = {address, ports, random} as Translation
  switch (kind) {
    case 'dnat':
      return {kind: 'destination-nat', to, toThisHost: false}
    case 'redirect':
      return {kind: 'destination-nat', to, toThisHost: true}
    default:
      return {kind: 'source-nat', to: randomised(to), masquerade: kind === 'masquerade'}
  }
}

/** At random, a source port is chosen even where none is asked for. */
function randomised(to: Translation): Translation {
  return to.random ? {...to, ports: to.ports ?? UNPRIVILEGED_PORTS} : to
}

/** Whether a translation concerns another address family than the packets that are judged. */
export function isOtherFamily({family: named}: JsonObject, family: Family): boolean {
  return (named === 'ip' && family === 6) || (named === 'ip6' && family === 4)
}
