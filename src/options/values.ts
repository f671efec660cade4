import {REPLICATION_PORT} from '../contract/check-options.ts'
import {InvalidValue} from '../contract/errors.ts'
import {formatAddress, parseAddress} from '../firewall/model/address.ts'
import {parseDestination, parseDestinationAddress} from '../firewall/model/destination.ts'
import {notAPeer, notForTcp} from '../firewall/model/special-addresses.ts'
import {parseProxy} from '../platform/network/proxy/address.ts'

const SUBNET_EXAMPLE = 'use a value like 10.20.0.0/16'

/**
 * Reads a CIDR, IPv4 or IPv6, and returns it with its host bits cleared; IPv4 where it is IPv4-mapped.
 *
 * @throws InvalidValue when it is no CIDR, or no address in it can be a peer's (loopback, multicast, …).
 */
export function parseCidr(text: string): string {
  const [address, length = '', ...rest] = text.trim().split('/')
  const family = address ? parseAddress(address)?.family : undefined
  if (!family) throw new InvalidValue(`is not a CIDR: ${quote(text)}; ${SUBNET_EXAMPLE}`)
  const amiss = rest.length > 0 ? 'has more than one slash' : amissInPrefix(length, family === 4 ? 32 : 128)
  if (amiss !== null) throw new InvalidValue(`${amiss}: ${quote(text)}; ${SUBNET_EXAMPLE}`)
  const parts = parseDestination(`${address}/${Number(length)}`) ?? []
  const kind = notAPeer(parts)
  if (kind !== null) throw new InvalidValue(`cannot be ${kind}: ${quote(text)}; ${SUBNET_EXAMPLE}`)
  const [first, ...others] = parts
  if (!first) throw new InvalidValue(`is not a CIDR: ${quote(text)}; ${SUBNET_EXAMPLE}`)
  const mapped = family === 6 && first.family === 4 && others.length === 0
  return `${formatAddress(first.family, first.lo)}/${Number(length) - (mapped ? 96 : 0)}`
}

/** What is wrong with a prefix length; null where nothing is. */
function amissInPrefix(length: string, bits: number): string | null {
  if (length === '') return 'has no prefix length'
  if (parseAddress(length)) return 'has a netmask instead of a prefix length'
  if (!/^\d+$/.test(length)) return 'has a prefix length that is not a whole number'
  if (Number(length) > bits) return `has a prefix length outside 0 to ${bits}`
  // As in an address: 010 is 8 to some programs, and 10 to others.
  return /^0\d/.test(length) ? 'has a prefix length with a leading zero' : null
}

const SERVER_EXAMPLE = 'use a value like 10.20.0.10, 10.20.0.10:1500 or [fd00::10]:1500'

/**
 * Reads `HOST`, `HOST:PORT`, a bare IPv6 address, or `[IPv6]:PORT`. The port is 1500 unless given. An IPv4-mapped
 * address is returned as IPv4.
 *
 * @throws InvalidValue when host or port are malformed, or the host is an address where no other host can be.
 */
export function parseServer(text: string): {host: string; port: number} {
  const trimmed = text.trim()
  const bare = parseDestinationAddress(trimmed)
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(trimmed)
  const plain = /^([^:]*)(?::([^:]*))?$/.exec(trimmed)
  const [given, port] = bare ? [trimmed] : bracketed ? [bracketed[1], bracketed[2]] : [plain?.[1], plain?.[2]]
  const address = parseDestinationAddress(given ?? '')
  if (given === undefined || (bracketed ? !address || !given.includes(':') : !address && !isHostName(given)))
    throw new InvalidValue(`is not a host: ${quote(text)}; ${SERVER_EXAMPLE}`)
  if (port === '') throw new InvalidValue(`has no port after the colon: ${quote(text)}; ${SERVER_EXAMPLE}`)
  const kind = address ? notAPeer(parseDestination(given) ?? []) : ownName(given)
  if (kind !== null) throw new InvalidValue(`cannot be ${kind}: ${quote(text)}; ${SERVER_EXAMPLE}`)
  return {host: address?.address ?? given, port: port === undefined ? REPLICATION_PORT : parsePort(port)}
}

/** @throws InvalidValue unless the text is a whole number from 1 to 65535. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text)) throw new InvalidValue(`has a port that is not a number: ${quote(text)}`)
  if (port < 1 || port > 65535) throw new InvalidValue(`has a port outside 1 to 65535: ${quote(text)}`)
  return port
}

/**
 * RFC 1123 host name. One whose last label is a number is not: getaddrinfo(3) reads `127.1`, `0x7f.1` and `2130706433`
 * as the address 127.0.0.1 (inet_aton(3)).
 */
function isHostName(text: string): boolean {
  const labels = text.split('.')
  if (/^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) return false
  return text.length <= 253 && labels.every(label => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label))
}

/** What a name is that always leads to this host (RFC 6761 section 6.3); null for any other. */
function ownName(name: string): string | null {
  return /(?:^|\.)localhost$/i.test(name) ? 'a name of this host' : null
}

/** @throws InvalidValue unless the text is the host of an endpoint. */
export function parseHost(text: string): string {
  // The AWS console shows the name of an S3 interface endpoint with a leading `*.`.
  const trimmed = text.trim().toLowerCase().replace(/^\*\./, '')
  if (!isHostName(trimmed))
    throw new InvalidValue(`is not a host name: ${quote(text)}; omit https:// and the path`)
  const own = ownName(trimmed)
  if (own !== null) throw new InvalidValue(`is ${own}: ${quote(text)}; use the host name of the endpoint`)
  return trimmed
}

/** Seconds into milliseconds. @throws InvalidValue unless a number from 0.1 to 600. */
export function parseTimeout(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d*\.?\d+\s*$/.test(text) || seconds < 0.1 || seconds > 600) {
    throw new InvalidValue(`must be a number of seconds from 0.1 to 600, not ${quote(text)}`)
  }
  return Math.round(seconds * 1000)
}

/** Seconds into milliseconds. @throws InvalidValue unless a whole number from 1 to 3600. */
export function parseConfirmWithin(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d+\s*$/.test(text) || seconds < 1 || seconds > 3_600) {
    throw new InvalidValue(`must be a whole number of seconds from 1 to 3600, not ${quote(text)}`)
  }
  return seconds * 1000
}

/** Seconds into milliseconds. @throws InvalidValue unless a number from 1 to 3600. */
export function parseWatch(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d+\s*$/.test(text) || seconds < 1 || seconds > 3_600) {
    throw new InvalidValue(`must be a whole number of seconds from 1 to 3600, not ${quote(text)}`)
  }
  return seconds * 1000
}

/**
 * A proxy may be on this host, so a loopback address is a value like any other.
 *
 * @throws InvalidValue unless an http:// or https:// URL with a host that TCP can connect to. Its credentials are not
 * quoted back.
 */
export function parseProxyUrl(text: string): string {
  const proxy = parseProxy(text)
  if (!proxy) throw new InvalidValue(`must be an http:// or https:// URL; ${PROXY_EXAMPLE}`)
  const kind = notForTcp(parseDestination(proxy.host) ?? [])
  if (kind !== null) throw new InvalidValue(`cannot be ${kind}: ${quote(proxy.host)}; ${PROXY_EXAMPLE}`)
  return text
}

const PROXY_EXAMPLE = 'use a value like http://proxy.example.com:3128/'

function quote(text: string): string {
  return JSON.stringify(text)
}

/**
 * In which a disruptive remedy has to be proved, unless `--confirm-within` says otherwise. On Windows a single cmdlet may
 * take more than a minute (see run-step.ts). In milliseconds.
 */
export const DEFAULT_CONFIRM_WITHIN_MS = process.platform === 'win32' ? 300_000 : 60_000
