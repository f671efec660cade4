import {access, readdir} from 'node:fs/promises'
import net from 'node:net'
import {join} from 'node:path'
import {type RunCommand, succeeded} from '../../process/command.ts'
import {readCommand} from '../../process/read-command.ts'
import type {Departure} from './departure.ts'

/** Where the routing table sends packets for an address. */
export type NextHop = {
  readonly device: string
  /** The router, or the address itself where it is on the link. */
  readonly address: string
  /** Whether the packets never leave: the address is this host's own. */
  readonly isLocal: boolean
}

/** Asks ip-route(8), which needs no privileges; null where there is no route, or no such program. */
export async function nextHopTo(
  address: string,
  signal: AbortSignal,
  run: RunCommand = readCommand,
): Promise<NextHop | null> {
  const result = await run(['ip', '-o', 'route', 'get', address], {signal, timeoutMs: PROGRAM_MS})
  return succeeded(result) ? parseRouteGet(result.stdout, address) : null
}

/** How long a small program may take on a slow machine, in milliseconds. */
const PROGRAM_MS = 15_000

/** Reads `198.51.100.10 via 10.9.0.1 dev eth0 src 10.9.0.2 uid 0 \    cache`, with `local` in front for an own address. */
export function parseRouteGet(output: string, address: string): NextHop | null {
  const device = / dev (\S+)/.exec(output)?.[1]
  if (device === undefined) return null
  const via = / via (?:inet6? )?(\S+)/.exec(output)?.[1]
  return {device, address: via ?? address, isLocal: /^local /.test(output) || device === 'lo'}
}

/**
 * Whether the next hop has not answered ARP or neighbour discovery: packets for it wait on this host until it does, and
 * are then dropped.
 */
export async function isUnresolved(
  {address, device}: NextHop,
  signal: AbortSignal,
  run: RunCommand = readCommand,
): Promise<boolean> {
  const family = net.isIPv6(address) ? '-6' : '-4'
  const command = ['ip', family, 'neigh', 'show', 'to', address, 'dev', device] as const
  const result = await run(command, {signal, timeoutMs: PROGRAM_MS})
  return succeeded(result) && /\b(?:FAILED|INCOMPLETE)\b/.test(result.stdout)
}

export function noNextHop({address, device}: NextHop): Departure {
  return {kind: 'no-next-hop', how: `the next hop ${address} on ${device} does not answer`}
}

const DEVICES = '/sys/class/net'

/** Whether a program of this host reads what is sent by an interface, as a VPN client does: tun(4). */
export function isReadHere(device: string, devices = DEVICES): Promise<boolean> {
  return exists(join(devices, device, 'tun_flags'))
}

/**
 * Those of some interfaces that may lead to something on this very host: loopback, containers, VPN clients. Not the one
 * that the flow is routed by, nor hardware, nor what is put together of other interfaces (bridges, bonds, VLANs).
 */
export async function leadingBack(
  names: readonly string[],
  routed: string,
  devices = DEVICES,
): Promise<readonly string[]> {
  const leads = await Promise.all(
    names.map(async name => name !== routed && !(await isOutward(name, devices))),
  )
  return names.filter((_, at) => leads[at])
}

async function isOutward(name: string, devices: string): Promise<boolean> {
  if (await exists(join(devices, name, 'device'))) return true
  const entries = await readdir(join(devices, name)).catch((): string[] => [])
  return entries.some(entry => entry.startsWith('lower_'))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
