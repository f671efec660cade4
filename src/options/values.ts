import ipaddr from 'ipaddr.js'
import {REPLICATION_PORT} from '../checks/options.ts'
import {parseProxy} from '../platform/network/proxy-address.ts'

/** A value that cannot be used. The message completes the sentence "--flag …". */
export class InvalidValue extends Error {}

/**
 * Reads a CIDR, IPv4 or IPv6, and returns it with its host bits cleared.
 *
 * @throws InvalidValue when it is no CIDR.
 */
export function parseCidr(text: string): string {
  const example = 'write it as 10.20.0.0/16'
  const [address, length, ...rest] = text.trim().split('/')
  if (!address || ipVersion(address) === 0) throw new InvalidValue(`is no CIDR: ${quote(text)}; ${example}`)
  if (length === undefined) throw new InvalidValue(`lacks its prefix length: ${quote(text)}; ${example}`)
  const bits = ipVersion(address) === 4 ? 32 : 128
  if (rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
    throw new InvalidValue(`has a prefix length outside 0 to ${bits}: ${quote(text)}; ${example}`)
  }
  const cidr = `${address}/${Number(length)}`
  const network =
    bits === 32 ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr)
  return `${network.toString()}/${Number(length)}`
}

/**
 * Reads `HOST`, `HOST:PORT`, a bare IPv6 address, or `[IPv6]:PORT`. The port is 1500 unless given.
 *
 * @throws InvalidValue when host or port are malformed.
 */
export function parseServer(text: string): {host: string; port: number} {
  const trimmed = text.trim()
  if (ipVersion(trimmed) === 6) return {host: trimmed, port: REPLICATION_PORT}
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(trimmed)
  const plain = /^([^:]*)(?::([^:]*))?$/.exec(trimmed)
  const [host, port] = bracketed ? [bracketed[1], bracketed[2]] : [plain?.[1], plain?.[2]]
  if (host === undefined || (bracketed ? ipVersion(host) !== 6 : !isHostName(host))) {
    throw new InvalidValue(
      `is no host: ${quote(text)}; write it as 10.20.0.10, 10.20.0.10:1500 or [fd00::10]:1500`,
    )
  }
  return {host, port: port === undefined ? REPLICATION_PORT : parsePort(port)}
}

/** @throws InvalidValue unless the text is a whole number from 1 to 65535. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new InvalidValue(`has a port outside 1 to 65535: ${quote(text)}`)
  }
  return port
}

/** RFC 1123 host name, or an IPv4 address. */
export function isHostName(text: string): boolean {
  if (ipVersion(text) === 4) return true
  // All digits and dots, but no address: a mistyped address rather than a name.
  if (/^[\d.]+$/.test(text)) return false
  return text.length <= 253 && text.split('.').every(label => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label))
}

/** @throws InvalidValue unless the text is the host of an endpoint. */
export function parseHost(text: string): string {
  // The AWS console shows the name of an S3 interface endpoint with a leading `*.`.
  const trimmed = text.trim().toLowerCase().replace(/^\*\./, '')
  if (!isHostName(trimmed) || ipVersion(trimmed) !== 0) {
    throw new InvalidValue(`is no host name: ${quote(text)}; give it without https:// and without a path`)
  }
  return trimmed
}

/** Seconds into milliseconds. @throws InvalidValue unless a number from 0.1 to 600. */
export function parseTimeout(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d*\.?\d+\s*$/.test(text) || seconds < 0.1 || seconds > 600) {
    throw new InvalidValue(`takes seconds from 0.1 to 600, not ${quote(text)}`)
  }
  return Math.round(seconds * 1000)
}

/** Seconds into milliseconds. @throws InvalidValue unless a whole number from 1 to 3600. */
export function parseConfirmWithin(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d+\s*$/.test(text) || seconds < 1 || seconds > 3_600) {
    throw new InvalidValue(`takes whole seconds from 1 to 3600, not ${quote(text)}`)
  }
  return seconds * 1000
}

/** Seconds into milliseconds. @throws InvalidValue unless a number from 1 to 3600. */
export function parseWatch(text: string): number {
  const seconds = Number(text)
  if (!/^\s*\d+\s*$/.test(text) || seconds < 1 || seconds > 3_600) {
    throw new InvalidValue(`takes whole seconds from 1 to 3600, not ${quote(text)}`)
  }
  return seconds * 1000
}

/** @throws InvalidValue unless an http:// or https:// URL with a host. Its credentials are not quoted back. */
export function parseProxyUrl(text: string): string {
  if (!parseProxy(text)) {
    throw new InvalidValue(
      'is no http:// or https:// URL of a proxy; write it as http://proxy.example.com:3128/',
    )
  }
  return text
}

function quote(text: string): string {
  return JSON.stringify(text)
}

/** 4, 6, or 0 for what is no address. Node's own `isIP` would load its whole network stack at start. */
function ipVersion(text: string): 0 | 4 | 6 {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return 4
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? 6 : 0
}
