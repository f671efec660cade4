import {join} from 'node:path'
import {formatAddress} from '../../../firewall/model/address.ts'
import type {TcpListener} from '../../../firewall/state/state.ts'
import {openRegularFile} from '../../files/read.ts'
import {type CommandLimits, type RunCommand, succeeded} from '../../process/command.ts'
import type {Reading} from './ip-show.ts'

/** Numbers of TCP states as /proc/net/tcp has them (linux/include/net/tcp_states.h). */
const SYN_RECV = '03'
const LISTEN = '0A'

/** Sockets of TCP that listen on this host, of both address families. */
export async function readTcpListeners(
  run: RunCommand,
  root: string,
  limits: CommandLimits = {},
): Promise<Reading<TcpListener[]>> {
  try {
    const [v4, v6] = await Promise.all([
      listenersIn(join(root, 'proc/net/tcp')),
      // Missing on a kernel without IPv6.
      listenersIn(join(root, 'proc/net/tcp6')).catch(unlessMissing),
    ])
    const ports = new Set(v4.filter(({address}) => address === '0.0.0.0').map(({port}) => port))
    const asks = v6.some(({address, port}) => address === '::' && !ports.has(port))
    const ipv6Only = asks ? await readIpv6Only(run, limits) : new Map<number, boolean>()
    const told = v6.map(listener => {
      const only = listener.address === '::' ? ipv6Only.get(listener.port) : undefined
      return only === undefined ? listener : {...listener, ipv6Only: only}
    })
    return {value: [...v4, ...told], unreadable: null}
  } catch (error) {
    if (error instanceof Error && 'code' in error) return {value: [], unreadable: error.message}
    throw error
  }
}

function unlessMissing(error: unknown): TcpListener[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}

const CHUNK_BYTES = 65_536

/** Reads no further than it has to: what listens comes first, and of connections there may be a million. */
async function listenersIn(path: string): Promise<TcpListener[]> {
  const listeners: TcpListener[] = []
  const {file} = await openRegularFile(path)
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let rest = ''
    for (;;) {
      const {bytesRead} = await file.read(chunk)
      const lines = `${rest}${chunk.toString('latin1', 0, bytesRead)}`.split('\n')
      rest = bytesRead > 0 ? (lines.pop() ?? '') : ''
      for (const line of lines) {
        const [number = '', local = '', , state] = line.trim().split(/\s+/)
        if (!/^\d+:$/.test(number)) continue
        if (state !== LISTEN && state !== SYN_RECV) return listeners
        const listener = state === LISTEN ? parseLocal(local) : null
        if (listener) listeners.push(listener)
      }
      if (bytesRead === 0) return listeners
    }
  } finally {
    await file.close()
  }
}

/** Reads `0100007F:0035`, words of 32 bits in the byte order of this host, and a port in that of the network. */
function parseLocal(text: string): TcpListener | null {
  const [, address = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text) ?? []
  if (address === '') return null
  const words = address.match(/.{8}/g) ?? []
  const value = BigInt(`0x${words.map(networkOrder).join('')}`)
  return {
    address: words.length === 1 ? formatAddress(4, Number(value)) : formatAddress(6, value),
    port: Number.parseInt(port, 16),
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

function networkOrder(word: string): string {
  return IS_LITTLE_ENDIAN ? (word.match(/../g) ?? []).reverse().join('') : word
}

/** By port, whether sockets on `::` take IPv6 alone, as ss(8) tells it; /proc does not. */
async function readIpv6Only(run: RunCommand, limits: CommandLimits): Promise<Map<number, boolean>> {
  const result = await run(['ss', '-6', '--tcp', '--listening', '--numeric', '--extended'], limits)
  const found = new Map<number, boolean>()
  if (!succeeded(result)) return found
  for (const line of result.stdout.split('\n')) {
    const port = /^LISTEN\s+\d+\s+\d+\s+(?:\[::\]|\*|::):(\d+)\s/.exec(line)?.[1]
    const only = /\sv6only:([01])/.exec(line)?.[1]
    if (port === undefined || only === undefined) continue
    // Of several at one port, one that takes IPv4 is enough.
    found.set(Number(port), only === '1' && found.get(Number(port)) !== false)
  }
  return found
}
