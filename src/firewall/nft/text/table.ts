import type {NftHook, NftSet, NftTable} from '../document.ts'
import type {Header, TableLayout} from '../layout.ts'
import {readRule} from './statements.ts'
import {Cursor, NotUnderstood, tokenize} from './tokens.ts'
import {readSet} from './values.ts'

/** Reads one table of the text that `nft list ruleset` prints. */
export function readTextTable({family, name, dormant, chains, sets}: TableLayout): NftTable {
  return {
    family,
    name,
    dormant,
    sets: new Map([...sets].flatMap(([set, lines]) => readSetLines(set, lines) ?? [])),
    chains: [...chains].map(([chain, {header, rules}]) => ({
      name: chain,
      hook: header && readHook(header, family),
      rules: rules.map(text => ({text, statements: readRule(text)})),
    })),
  }
}

const HEADER = /^type (\S+) hook (\S+)(?: .*?)? priority ([^;]*);/

function readHook({text, devices}: Header, family: string): NftHook {
  const [, type = '', name = '', priority = ''] = HEADER.exec(text) ?? []
  const policy = /; policy (\w+);/.exec(text)?.[1] ?? 'accept'
  const bound = family === 'netdev' || name === 'ingress' || name === 'egress'
  return {type, name, priority: readPriority(priority, family), policy, devices: bound ? devices : null, text}
}

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
}

/** Bridges have numbers of their own for the same names. */
const BRIDGE_PRIORITIES: Readonly<Record<string, number>> = {
  dstnat: -300,
  filter: -200,
  out: 100,
  srcnat: 300,
}

function readPriority(text: string, family: string): number | null {
  const match = /^(-?\d+|[a-z]+)(?: ([+-]) (\d+))?$/.exec(text.trim())
  if (!match?.[1]) return null
  const names = family === 'bridge' ? BRIDGE_PRIORITIES : PRIORITIES
  const base = /^-?\d+$/.test(match[1]) ? Number(match[1]) : names[match[1]]
  if (base === undefined) return null
  const offset = Number(match[3] ?? 0)
  return match[2] === '-' ? base - offset : base + offset
}

/** Lines of a set that do not decide whether an element counts. */
const PLAIN_LINE = /^(?:type|typeof|flags|timeout|gc-interval|policy|auto-merge|comment|counter|size)\b/

/** Null when the elements are not understood: then the set is not known. */
function readSetLines(name: string, lines: readonly string[]): [string, NftSet][] | null {
  const start = lines.findIndex(line => line.startsWith('elements = {'))
  const options = start < 0 ? lines : lines.slice(0, start)
  const size = options.map(line => /^size (\d+)/.exec(line)?.[1]).find(found => found !== undefined)
  const elements = start < 0 ? [] : readElements(lines.slice(start).join(' ').replace('elements = ', ''))
  if (!elements) return null
  return [
    [
      name,
      {
        name,
        elements,
        size: size === undefined ? null : Number(size),
        unsure: options.some(line => !PLAIN_LINE.test(line)),
      },
    ],
  ]
}

function readElements(text: string): readonly unknown[] | null {
  const tokens = tokenize(text)
  if (!tokens) return null
  const cursor = new Cursor(tokens)
  try {
    const {set} = readSet(cursor)
    return cursor.atEnd ? set : null
  } catch (error) {
    if (error instanceof NotUnderstood) return null
    throw error
  }
}
