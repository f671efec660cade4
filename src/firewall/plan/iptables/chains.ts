import type {Stage} from '../../../contract/judgement.ts'
import type {Save} from '../../iptables/save.ts'
import {splitWords} from '../../iptables/words.ts'
import {beforeLogging, type Place, searchPlaces} from '../places.ts'

/** One table of an `iptables-save` text: each chain with its rules, in order. */
export type Table = ReadonlyMap<string, readonly ChainRule[]>

export type ChainRule = {
  /** What `-j` or `-g` names; null for a rule that only counts. */
  readonly target: string | null
  /** `-g`: the packet does not come back to this chain. */
  readonly leaves: boolean
}

/** @returns null where there is no such table */
export function readTable({tables}: Save, name: string): Table | null {
  const saved = tables.find(table => table.name === name)
  if (!saved) return null
  const table = new Map<string, ChainRule[]>(saved.chains.map(chain => [chain.name, []]))
  for (const {chain, text} of saved.rules) {
    const rules = table.get(chain)
    if (rules) rules.push(readRule(text))
    else table.set(chain, [readRule(text)])
  }
  return table
}

/** The rules of a chain as printed, behind `-A CHAIN`. */
export function ruleTexts({tables}: Save, table: string, chain: string): readonly string[] {
  const saved = tables.find(({name}) => name === table)
  return (saved?.rules ?? [])
    .filter(rule => rule.chain === chain)
    .map(({text}) => text.replace(/^(?:-A|--append)\s+\S+\s?/, ''))
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

/** Where an accept can go so that the packet meets it before the rule that stops it, nearest first. */
export function placesBefore(
  table: Table,
  chain: string,
  number: number,
  stage: Stage,
  foreign: (chain: string) => boolean,
): readonly Place[] {
  const graph = new Map(
    [...table].map(([name, rules]) => [name, rules.map(({target}) => (target === null ? [] : [target]))]),
  )
  // What is redirected to this host comes in by the chains of the other way.
  const places = (
    stage === 'out-syn' || stage === 'out-data' ? [OUTBOUND, INBOUND] : [INBOUND, OUTBOUND]
  ).flatMap(own =>
    searchPlaces(graph, {chain, number}, {own, other: BASES.filter(base => !own.includes(base))}, foreign),
  )
  return places.map(place => beforeLogging(place, logsIn(table, place.chain)))
}

/**
 * The rule that a place is in front of, behind what only logs there: which has to be found again where the rules have
 * other numbers.
 * @returns its number; null for the policy of the chain
 */
export function blockerAt(table: Table, {chain, number}: Place): number | null {
  const onlyLogs = logsIn(table, chain)
  const first = number === 'end' ? -1 : onlyLogs.indexOf(false, number - 1)
  return first < 0 ? null : first + 1
}

/** Targets that let the packet go on: iptables-extensions(8). */
const LOG_TARGETS = ['LOG', 'NFLOG', 'ULOG', 'AUDIT']

/** Of each rule of a chain, whether it only logs: it is a log, or a jump to a chain of such rules. */
function logsIn(table: Table, chain: string): readonly boolean[] {
  const isLog = ({target}: ChainRule): boolean => target !== null && LOG_TARGETS.includes(target)
  return (table.get(chain) ?? []).map(rule => {
    const called = rule.target === null || rule.leaves ? undefined : table.get(rule.target)
    return isLog(rule) || (called !== undefined && called.length > 0 && called.every(isLog))
  })
}

/**
 * Where an accept can go so that the packet meets it before the policy takes it: at the end of the base chain, or,
 * since RETURN there also ends in the policy, before the rules that leave it, last one first.
 */
export function placesBeforePolicy(table: Table, chain: string): readonly Place[] {
  const rules = table.get(chain) ?? []
  const exits = rules.flatMap(({target, leaves}, index) => (leaves || target === 'RETURN' ? [index + 1] : []))
  const places: readonly Place[] = [
    {chain, number: 'end'},
    ...exits.reverse().map(number => ({chain, number})),
  ]
  return places.map(place => beforeLogging(place, logsIn(table, chain)))
}
