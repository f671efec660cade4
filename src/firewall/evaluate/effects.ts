import {EVERYTHING, type Interval} from '../model/address.ts'
import type {Packet} from '../model/packet.ts'
import type {Action, Translation} from '../model/rules.ts'
import {NO, YES} from '../model/ternary.ts'
import {routeTo} from '../routing/lookup.ts'
import {addressOn, LOOPBACK_ADDRESS} from '../routing/routes.ts'
import {changeMark, type Endpoint, mixMark, type State, type StatePool, UNKNOWN_MARK} from './state.ts'

export type Effect = {
  readonly state: State
  /** The base chain ends here, as with an accept. */
  readonly terminal: boolean
}

type Changing = Exclude<
  Action,
  {
    kind:
      | 'continue'
      | 'accept'
      | 'drop'
      | 'reject'
      | 'return'
      | 'call'
      | 'choose'
      | 'change-set'
      | 'rewrite'
      | 'unknown'
  }
>

/** What an action that neither stops nor merely passes a packet makes of the connection. */
export function effectOf(action: Changing, state: State, packet: Packet, pool: StatePool): Effect {
  switch (action.kind) {
    case 'destination-nat':
      return {state: translateDestination(action, state, packet, pool), terminal: true}
    case 'source-nat':
      return {state: translateSource(action, state, packet, pool), terminal: true}
    default:
      return {state: adjust(action, state, packet, pool), terminal: false}
  }
}

function adjust(
  action: Exclude<Changing, {kind: 'destination-nat' | 'source-nat'}>,
  state: State,
  packet: Packet,
  pool: StatePool,
): State {
  const tracked = packet.tracking.entry
  switch (action.kind) {
    case 'set-mark':
      if (action.of === 'packet')
        return pool.change(state, {mark: changeMark(state.mark, action.value, action.mask)})
      return connectionMark(state, tracked, changeMark(state.connectionMark, action.value, action.mask), pool)
    case 'forget-mark':
      if (action.of === 'packet') return pool.change(state, {mark: UNKNOWN_MARK})
      return pool.change(state, {connectionMark: UNKNOWN_MARK})
    case 'copy-mark':
      return copyMark(action, state, tracked, pool)
    case 'notrack':
      return state.tracking === 'unseen' || state.tracking === 'invalid'
        ? pool.change(state, {tracking: 'untracked'})
        : state
    case 'disturb-tracking':
      return pool.change(state, {entry: 'murky'})
  }
}

type Tracked = Packet['tracking']['entry']

function copyMark(
  action: Changing & {kind: 'copy-mark'},
  state: State,
  tracked: Tracked,
  pool: StatePool,
): State {
  const {packetMask, connectionMask} = action
  if (tracked === 0) return state
  if (action.to === 'connection') {
    const mark = mixMark(state.connectionMark, connectionMask, state.mark, packetMask)
    return connectionMark(state, tracked, mark, pool)
  }
  if (tracked !== YES) return pool.change(state, {mark: UNKNOWN_MARK})
  return pool.change(state, {mark: mixMark(state.mark, packetMask, state.connectionMark, connectionMask)})
}

function connectionMark(
  state: State,
  tracked: Tracked,
  mark: State['connectionMark'],
  pool: StatePool,
): State {
  if (tracked === 0) return state
  return pool.change(state, {connectionMark: tracked === YES ? mark : UNKNOWN_MARK})
}

function translateDestination(
  {to, toThisHost}: Changing & {kind: 'destination-nat'},
  state: State,
  packet: Packet,
  pool: StatePool,
): State {
  const address = toThisHost ? LOOPBACK_ADDRESS[packet.family] : to.address
  return pool.change(state, {to: translated(state.to, {...to, address}), destinationBound: true})
}

function translateSource(
  {to, masquerade}: Changing & {kind: 'source-nat'},
  state: State,
  packet: Packet,
  pool: StatePool,
): State {
  const address = masquerade ? masqueradeAddress(packet) : to.address
  return pool.change(state, {from: translated(state.from, {...to, address}), sourceBound: true})
}

/** The address of the interface that the packet leaves by; on `lo` the kernel takes one that cannot be told. */
function masqueradeAddress({dst, family, routing, outInterface, protocol}: Packet): Interval {
  if (outInterface === 'none' || outInterface?.includes('lo')) return EVERYTHING[family]
  const {local, interfaces, source} = routeTo(routing, dst, protocol === 'udp' ? 'udp' : 'tcp')
  const usual = local === NO && String(interfaces) === String(outInterface)
  return usual ? source : addressOn(routing, outInterface, null)
}

function translated(from: Endpoint, {address, ports, random = false}: Translation): Endpoint {
  const kept = ports && !random && ports.lo <= from.ports.lo && from.ports.hi <= ports.hi
  return {address: address ?? from.address, ports: ports === null || kept ? from.ports : ports}
}
