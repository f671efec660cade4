import {MAYBE, NO, type Ternary, YES} from './ternary.ts'

export type Family = 4 | 6

/** An address as a number: 32 bits of IPv4 as number, 128 bits of IPv6 as bigint. Ports use the same shape. */
export type Value = number | bigint

/** Inclusive at both ends. */
export type Interval = {readonly lo: Value; readonly hi: Value}

export type FamilyInterval = Interval & {readonly family: Family}

const V6_MAX = (1n << 128n) - 1n

export const EVERYTHING: Readonly<Record<Family, Interval>> = {
  4: {lo: 0, hi: 0xffffffff},
  6: {lo: 0n, hi: V6_MAX},
}

export function single(value: Value): Interval {
  return {lo: value, hi: value}
}

export function next(value: Value): Value {
  return typeof value === 'bigint' ? value + 1n : value + 1
}

export function previous(value: Value): Value {
  return typeof value === 'bigint' ? value - 1n : value - 1
}

/**
 * Reads a dotted quad; null when the text is not exactly four decimal numbers up to 255. A number with a leading zero is
 * octal to inet_aton(3) and an error to inet_pton(3), so it is no number here.
 */
export function parseIpv4(text: string): number | null {
  let value = 0
  let part = -1
  let dots = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (part < 0) return null
      value = value * 256 + part
      part = -1
      dots++
    } else if (code >= 48 && code <= 57 && part !== 0) {
      part = (part < 0 ? 0 : part * 10) + code - 48
      if (part > 255) return null
    } else return null
  }
  return dots === 3 && part >= 0 ? value * 256 + part : null
}

/** Reads an IPv6 address in any textual form of RFC 4291 section 2.2, as inet_pton(3) does; null otherwise. */
export function parseIpv6(text: string): bigint | null {
  const halves = text.split('::')
  const [front, back] = halves.map((half, at) => readGroups(half, at === halves.length - 1))
  if (!front || halves.length > 2 || back === null) return null
  const missing = 8 - front.length - (back?.length ?? 0)
  if (back === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...front, ...Array<number>(missing).fill(0), ...(back ?? [])]
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

/** Groups of 16 bits; an IPv4 address at the very end of an address is two of them. */
function readGroups(text: string, atEnd: boolean): readonly number[] | null {
  if (text === '') return []
  const words = text.split(':')
  const groups: number[] = []
  for (const [at, word] of words.entries()) {
    const ipv4 = atEnd && at === words.length - 1 ? parseIpv4(word) : null
    if (ipv4 !== null) groups.push(Math.floor(ipv4 / 0x1_0000), ipv4 % 0x1_0000)
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16))
    else return null
  }
  return groups
}

export function parseAddress(text: string): {readonly family: Family; readonly value: Value} | null {
  if (text.includes(':')) {
    const value = parseIpv6(text)
    return value === null ? null : {family: 6, value}
  }
  const value = parseIpv4(text)
  return value === null ? null : {family: 4, value}
}

/** The addresses that share `length` leading bits with `value`. */
export function prefixInterval(family: Family, value: Value, length: number): Interval {
  if (family === 6) {
    const size = 1n << BigInt(128 - length)
    const lo = (BigInt(value) / size) * size
    return {lo, hi: lo + size - 1n}
  }
  const size = 2 ** (32 - length)
  const lo = Math.floor(Number(value) / size) * size
  return {lo, hi: lo + size - 1}
}

/** Reads `address`, `address/length`, `address/mask` or `first-last`; null when it is none of these. */
export function parseInterval(text: string): FamilyInterval | null {
  const slash = text.indexOf('/')
  if (slash >= 0) return parsePrefix(text.slice(0, slash), text.slice(slash + 1))
  const dash = text.indexOf('-')
  const first = parseAddress(dash < 0 ? text : text.slice(0, dash))
  const last = dash < 0 ? first : parseAddress(text.slice(dash + 1))
  if (!first || !last || first.family !== last.family || last.value < first.value) return null
  return {family: first.family, lo: first.value, hi: last.value}
}

function parsePrefix(address: string, mask: string): FamilyInterval | null {
  const parsed = parseAddress(address)
  if (!parsed) return null
  const length = prefixLength(parsed.family, mask)
  return length === null
    ? null
    : {family: parsed.family, ...prefixInterval(parsed.family, parsed.value, length)}
}

function prefixLength(family: Family, mask: string): number | null {
  if (/^\d{1,3}$/.test(mask)) {
    const length = Number(mask)
    return length <= (family === 4 ? 32 : 128) ? length : null
  }
  const parsed = parseAddress(mask)
  if (!parsed || parsed.family !== family) return null
  const bits = family === 4 ? 32 : 128
  const ones = parsed.value.toString(2).padStart(bits, '0').indexOf('0')
  const length = ones < 0 ? bits : ones
  return prefixInterval(family, EVERYTHING[family].hi, length).lo === parsed.value ? length : null
}

/** IPv6 as RFC 5952 recommends, without a dotted quad. */
export function formatAddress(family: Family, value: Value): string {
  if (family === 4) {
    const number = Number(value)
    return [24, 16, 8, 0].map(shift => (number >>> shift) & 255).join('.')
  }
  const groups = Array.from({length: 8}, (_, index) =>
    ((BigInt(value) >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  // The first of the longest runs of two groups or more.
  const zeros = groups.map((_, start) => {
    const end = groups.findIndex((group, at) => at >= start && group !== '0')
    return (end < 0 ? 8 : end) - start
  })
  const longest = Math.max(...zeros)
  if (longest < 2) return groups.join(':')
  const start = zeros.indexOf(longest)
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`
}

/** `address`, a CIDR where the interval is exactly one, else `first-last`. */
export function formatInterval(family: Family, {lo, hi}: Interval): string {
  const first = formatAddress(family, lo)
  if (lo === hi) return first
  const length = commonPrefix(family, {lo, hi})
  return length === null ? `${first}-${formatAddress(family, hi)}` : `${first}/${length}`
}

/** The fewest CIDRs that cover an interval, in order. */
export function cidrsOf({family, lo, hi}: FamilyInterval): readonly string[] {
  const bits = family === 4 ? 32 : 128
  const last = BigInt(hi)
  const cidrs: string[] = []
  for (let first = BigInt(lo); first <= last; ) {
    let length = bits
    // Doubled as long as it begins at a multiple of its size, and ends within.
    for (let size = 2n; length > 0 && first % size === 0n && first + size - 1n <= last; size *= 2n) length--
    cidrs.push(`${formatAddress(family, family === 4 ? Number(first) : first)}/${length}`)
    first += 1n << BigInt(bits - length)
  }
  return cidrs
}

function commonPrefix(family: Family, {lo, hi}: Interval): number | null {
  const bits = family === 4 ? 32 : 128
  const size = BigInt(hi) - BigInt(lo) + 1n
  if ((size & (size - 1n)) !== 0n || BigInt(lo) % size !== 0n) return null
  return bits - (size.toString(2).length - 1)
}

/** Whether every, some or no value of `query` is in `interval`. */
export function within(interval: Interval, query: Interval): Ternary {
  if (query.hi < interval.lo || interval.hi < query.lo) return NO
  return interval.lo <= query.lo && query.hi <= interval.hi ? YES : MAYBE
}

/** Whether all of `inner` is in `outer`, which holds nothing where it is null. */
export function liesWithin(inner: FamilyInterval, outer: FamilyInterval | null): boolean {
  return outer !== null && inner.family === outer.family && inner.lo >= outer.lo && inner.hi <= outer.hi
}
