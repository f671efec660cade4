import {type Family, type Interval, parseInterval, prefixInterval} from '../model/address.ts'
import {isNamed} from '../model/protocol.ts'
import type {AddressSet, Dimension, Element} from './address-set.ts'

/** Sets by name; null stands for a set that is there but was not understood. */
export type AddressSets = ReadonlyMap<string, AddressSet | null>

type Draft = {
  readonly name: string
  readonly types: readonly string[]
  readonly family: Family | null
  readonly netmask: number | null
  readonly elements: Element[]
  readonly members: string[]
  broken: boolean
}

/**
 * Reads `ipset save`. Never throws: a line that is not understood makes its set unknown, not empty; one that may be
 * about any set makes all of them unknown.
 */
export function parseSets(text: string): AddressSets {
  const drafts = new Map<string, Draft>()
  let damaged = text.includes('\0')
  const lines = text.split('\n')
  const cut = lines.at(-1)?.trim() ? lines.length - 1 : -1
  lines.forEach((line, index) => {
    const words = line.trim().split(/\s+/)
    const name = words[1] ?? ''
    if (words[0] === 'create' || words[0] === '-N') drafts.set(name, createSet(words))
    else if (words[0] === 'add' || words[0] === '-A') addElement(drafts, words)
    else if (!/^(?:#|COMMIT$|$)/.test(words[0] ?? '')) damaged = true
    const draft = drafts.get(name)
    if (index === cut && draft) draft.broken = true
  })
  if (damaged) for (const draft of drafts.values()) draft.broken = true
  return linkLists(drafts)
}

/** Names of ipset 4, which later versions take, too. */
const OLD_TYPES: Readonly<Record<string, string>> = {
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  ipportiphash: 'hash:ip,port,ip',
  ipportnethash: 'hash:ip,port,net',
  iptree: 'hash:ip',
  ipmap: 'bitmap:ip',
  portmap: 'bitmap:port',
  setlist: 'list:set',
}

function createSet(words: readonly string[]): Draft {
  const [, name = '', typeName = ''] = words
  const type = OLD_TYPES[typeName] ?? typeName
  const option = (key: string) => {
    const index = words.findIndex((word, at) => at >= 3 && word.replace(/^--/, '') === key)
    return index < 0 ? undefined : words[index + 1]
  }
  const [storage = '', dimensions = ''] = type.split(':')
  const netmask = option('netmask')
  return {
    name,
    types: dimensions.split(','),
    family: type === 'bitmap:port' || type === 'list:set' ? null : option('family') === 'inet6' ? 6 : 4,
    netmask: netmask === undefined ? null : Number(netmask),
    elements: [],
    members: [],
    broken:
      !['hash', 'bitmap', 'list'].includes(storage) ||
      words.includes('bitmask') ||
      words.includes('wildcard'),
  }
}

function addElement(drafts: ReadonlyMap<string, Draft>, words: readonly string[]): void {
  const draft = drafts.get(words[1] ?? '')
  if (!draft) return
  const text = words[2] ?? ''
  if (draft.types[0] === 'set') {
    draft.members.push(text)
    return
  }
  const element = parseElement(draft, text, words.includes('nomatch', 3))
  if (element) draft.elements.push(element)
  else draft.broken = true
}

function parseElement({types, family, netmask}: Draft, text: string, nomatch: boolean): Element | null {
  const parts = text.split(',')
  if (parts.length !== types.length) return null
  const dimensions: Dimension[] = []
  let specificity = 0
  for (const [index, type] of types.entries()) {
    const part = parts[index] ?? ''
    const dimension = parseDimension(type, part, family, netmask)
    if (!dimension) return null
    dimensions.push(dimension)
    if (dimension.kind === 'address') specificity = specificity * 1000 + prefixBits(dimension.within)
  }
  return {dimensions, nomatch, specificity}
}

function prefixBits({lo, hi}: Interval): number {
  return 200 - (BigInt(hi) - BigInt(lo)).toString(2).length
}

function parseDimension(
  type: string,
  text: string,
  family: Family | null,
  netmask: number | null,
): Dimension | null {
  switch (type) {
    case 'ip':
    case 'net': {
      const parsed = parseInterval(text)
      if (!parsed || parsed.family !== family) return null
      const within =
        netmask === null ? {lo: parsed.lo, hi: parsed.hi} : prefixInterval(family, parsed.lo, netmask)
      return {kind: 'address', within}
    }
    case 'port':
      return parsePorts(text)
    case 'iface':
      return text.includes(':') ? {kind: 'opaque'} : {kind: 'interface', name: text}
    case 'mark':
      return Number.isNaN(Number(text)) ? null : {kind: 'mark', value: Number(text)}
    case 'mac':
      return {kind: 'opaque'}
    default:
      return null
  }
}

const TRANSPORTS = ['tcp', 'udp'] as const

function parsePorts(text: string): Dimension | null {
  const match = /^(?:([a-z0-9-]+):)?(\d+)(?:-(\d+))?$/.exec(text)
  if (!match) return null
  const [, protocol, first, last = first] = match
  return {
    kind: 'ports',
    of: protocol === undefined ? null : (TRANSPORTS.find(one => isNamed(one, protocol)) ?? 'other'),
    range: {lo: Number(first), hi: Number(last)},
  }
}

function linkLists(drafts: ReadonlyMap<string, Draft>): AddressSets {
  const sets = new Map<string, AddressSet | null>()
  for (const draft of drafts.values()) if (draft.types[0] !== 'set') sets.set(draft.name, finish(draft, []))
  for (const draft of drafts.values()) {
    if (draft.types[0] !== 'set') continue
    const members = draft.members.map(name => sets.get(name) ?? null)
    const known = members.filter(member => member !== null)
    sets.set(draft.name, known.length === members.length ? finish(draft, known) : null)
  }
  return sets
}

function finish(draft: Draft, members: readonly AddressSet[]): AddressSet | null {
  if (draft.broken) return null
  const {name, family, types, elements} = draft
  return {name, family, dimensions: types[0] === 'set' ? 0 : types.length, elements, members}
}
