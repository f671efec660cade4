import type {Stage} from '../../contract/judgement.ts'
import {parseSave} from '../iptables/save.ts'
import {splitWords} from '../iptables/words.ts'

/** One table of an `iptables-save` text: each chain with its rules, in order. */
export type Table = ReadonlyMap<string, readonly ChainRule[]>

export type ChainRule = {
  /** What `-j` or `-g` names; null for a rule that only counts. */
  readonly target: string | null
  /** `-g`: the packet does not come back to this chain. */
  readonly leaves: boolean
}

/** A place in a table: before the rule of that number, counted from 1, or after the last. */
export type Place = {readonly chain: string; readonly number: number | 'end'}

/** @returns null where the text has no such table */
export function readTable(saveText: string, name: string): Table | null {
  const saved = parseSave(saveText).tables.find(table => table.name === name)
  if (!saved) return null
  const table = new Map<string, ChainRule[]>(saved.chains.map(chain => [chain.name, []]))
  for (const {chain, text} of saved.rules) {
    const rules = table.get(chain)
    if (rules) rules.push(readRule(text))
    else table.set(chain, [readRule(text)])
  }
  return table
}

function readRule(text: string): ChainRule {
  const words = splitWords(text) ?? []
  const option = words.findIndex(word => !word.quoted && /^(-j|-g|--jump|--goto)$/.test(word.text))
  const leaves = /^(-g|--goto)$/.test(words[option]?.text ?? '')
  return {target: (option < 0 ? null : words[option + 1]?.text) ?? null, leaves}
}

const OUTBOUND = ['OUTPUT', 'POSTROUTING']
const INBOUND = ['PREROUTING', 'INPUT']
const BASES = [...OUTBOUND, ...INBOUND, 'FORWARD']

/**
 * Where an accept can go so that the packet meets it before the rule that stops it, nearest first: directly before
 * that rule; else, if its chain is `foreign` or is also walked by other packets (that come in, or are forwarded),
 * before the jumps that lead there. The last jump of a chain comes first: an earlier one helps as well, but bypasses more.
 */
export function placesBefore(
  table: Table,
  chain: string,
  number: number,
  stage: Stage,
  foreign: (chain: string) => boolean,
): readonly Place[] {
  const bases = basesOf(stage)
  const ours = reachableFrom(table, bases)
  const others = reachableFrom(
    table,
    BASES.filter(base => !bases.includes(base)),
  )
  const usable = (name: string) =>
    ours.has(name) && (bases.includes(name) || !(others.has(name) || foreign(name)))
  const places: Place[] = []
  const seen = new Set([chain])
  const queue: {chain: string; number: number}[] = [{chain, number}]
  for (let at = queue.shift(); at; at = queue.shift()) {
    if (usable(at.chain)) {
      places.push(at)
      continue
    }
    for (const caller of ours) {
      if (seen.has(caller)) continue
      const jumps = jumpsTo(table, caller, at.chain)
      if (jumps.length > 0) seen.add(caller)
      queue.push(...jumps.map(jump => ({chain: caller, number: jump})))
    }
  }
  return places
}

/**
 * Where an accept can go so that the packet meets it before the policy takes it: at the end of the base chain, or,
 * since RETURN there also ends in the policy, before the rules that leave it, last one first.
 */
export function placesBeforePolicy(table: Table, chain: string): readonly Place[] {
  const rules = table.get(chain) ?? []
  const exits = rules.flatMap(({target, leaves}, index) => (leaves || target === 'RETURN' ? [index + 1] : []))
  return [{chain, number: 'end'}, ...exits.reverse().map(number => ({chain, number}))]
}

function basesOf(stage: Stage): readonly string[] {
  return stage === 'out-syn' || stage === 'out-data' ? OUTBOUND : INBOUND
}

/** Last one first. */
function jumpsTo(table: Table, from: string, to: string): number[] {
  return (table.get(from) ?? []).flatMap(({target}, index) => (target === to ? [index + 1] : [])).reverse()
}

function reachableFrom(table: Table, chains: readonly string[]): ReadonlySet<string> {
  const reached = new Set(chains.filter(chain => table.has(chain)))
  // A Set's iteration visits what is added during it.
  for (const chain of reached) {
    for (const {target} of table.get(chain) ?? [])
      if (target !== null && table.has(target)) reached.add(target)
  }
  return reached
}
