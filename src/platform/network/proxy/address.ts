import {type FamilyInterval, liesWithin, parseInterval} from '../../../firewall/model/address.ts'
import {
  canonicalDestination,
  parseDestination,
  parseDestinationAddress,
} from '../../../firewall/model/destination.ts'

export type ProxyAddress = {
  /** Whether the URL says `https://`. */
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Value of `Proxy-Authorization`; null without credentials in the URL. */
  readonly authorization: string | null
  /** AWS's installer needs the final slash. */
  readonly trailingSlash: boolean
}

/**
 * A proxy's address from its URL: `http://` or `https://`, optional credentials (percent-encoded), host, optional
 * port, nothing behind the final slash. Null for anything else.
 */
export function parseProxy(url: string): ProxyAddress | null {
  if (!/^https?:\/\/[^\s/?#]+\/?$/i.test(url) || !URL.canParse(url)) return null
  const {protocol, hostname, port, username, password} = new URL(url)
  const secure = protocol === 'https:'
  const credentials = decodeCredentials(username, password)
  if (hostname === '' || port === '0' || credentials === null) return null
  const host = hostname.replace(/^\[|\]$/g, '')
  return {
    secure,
    host: parseDestinationAddress(host)?.address ?? host,
    port: Number(port) || (secure ? 443 : 80),
    authorization: credentials === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
    trailingSlash: url.endsWith('/'),
  }
}

/** `user:password`, or an empty string without a user; null when the percent-encoding is broken. */
function decodeCredentials(username: string, password: string): string | null {
  if (username === '' && password === '') return ''
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  } catch {
    return null
  }
}

/** The URL with its credentials replaced: for every output. Works for malformed URLs too, and rather hides too much. */
export function redactProxy(url: string): string {
  const at = url.lastIndexOf('@')
  if (at < 0) return url
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0] ?? ''
  return `${scheme}***@${url.slice(at + 1)}`
}

/**
 * Whether `NO_PROXY` lets a host bypass the proxy: entries divided by commas or spaces; `*` is every host; a name
 * stands for itself and what is below it, with or without a leading dot; addresses and CIDRs; an optional `:port`.
 * As curl and Python's urllib read it: https://curl.se/docs/manpage.html#--noproxy
 */
export function bypassesProxy(host: string, port: number, noProxy: string | null): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return (noProxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => entry === '*' || matches(name, port, entry))
}

function matches(host: string, port: number, entry: string): boolean {
  if (entry === '') return false
  const [address] = parseDestination(host) ?? []
  if (address) return matchesAddress(address, port, entry)
  const [, name = '', entryPort] = /^\*?\.?([^:]*?)\.?(?::(\d+))?$/.exec(entry) ?? []
  if (name === '' || (entryPort && Number(entryPort) !== port)) return false
  return host === name || host.endsWith(`.${name}`)
}

function matchesAddress(address: FamilyInterval, port: number, entry: string): boolean {
  const range = readEntry(entry)
  if (range) return liesWithin(address, range)
  const [, bracketed, plain, entryPort] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? []
  if (entryPort && Number(entryPort) !== port) return false
  return liesWithin(address, readEntry(bracketed ?? plain ?? ''))
}

/** An address, or one with a prefix length: neither curl nor Python knows masks or ranges. */
function readEntry(text: string): FamilyInterval | null {
  return /\/.*[.:]|-/.test(text) ? null : parseInterval(canonicalDestination(text))
}
