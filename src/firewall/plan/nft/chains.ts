import type {Stage} from '../../../contract/judgement.ts'
import {isObject, type NftHook, type NftRule, type NftTable, tagged} from '../../nft/document.ts'
import {
  type Bases,
  beforeLogging,
  type ChainGraph,
  type Place,
  reachableFrom,
  searchPlaces,
} from '../places.ts'

const HOOKS = {
  out: ['output', 'postrouting', 'egress'],
  in: ['ingress', 'prerouting', 'input'],
}

/** Hooks where packets that this host forwards come by as well. */
const SHARED_HOOKS = ['ingress', 'prerouting', 'postrouting', 'egress']

/** Where an accept can go so that the packet meets it before the rule that stops it, nearest first. */
export function nftPlacesBefore(
  table: NftTable,
  chain: string,
  number: number,
  stage: Stage,
  foreign: (chain: string) => boolean,
): readonly Place[] {
  const graph = graphOf(table)
  const places = waysFor(stage).flatMap(way =>
    searchPlaces(graph, {chain, number}, basesOf(table, way), foreign),
  )
  return places.map(place => beforeLogging(place, logsIn(table, place.chain)))
}

/**
 * The rule that a place is in front of, behind what only logs there: which has to be found again where the rules have
 * other handles.
 * @returns its number; null for the policy of the chain
 */
export function nftBlockerAt(table: NftTable, {chain, number}: Place): number | null {
  const onlyLogs = logsIn(table, chain)
  const first = number === 'end' ? -1 : onlyLogs.indexOf(false, number - 1)
  return first < 0 ? null : first + 1
}

/** What a rule may have beside `log` and still do nothing but log. */
const BESIDE_LOG = ['match', 'limit', 'counter', 'comment']

/** Of each rule of a chain, whether it only logs: it is a log, or a jump to a chain of such rules. */
function logsIn(table: NftTable, chain: string): readonly boolean[] {
  const rulesOf = (name: string) => table.chains.find(each => each.name === name)?.rules ?? []
  const isLog = ({statements}: NftRule): boolean => {
    const tags = (statements ?? []).map(statement => tagged(statement)?.[0] ?? '')
    return tags.includes('log') && tags.every(tag => tag === 'log' || BESIDE_LOG.includes(tag))
  }
  return rulesOf(chain).map(rule => {
    const [jump, ...more] = verdictsOf(rule, table).flatMap(({jump}) => (isObject(jump) ? [jump] : []))
    const called = jump && more.length === 0 ? rulesOf(String(jump.target)) : []
    return isLog(rule) || (called.length > 0 && called.every(isLog))
  })
}

/**
 * Where an accept can go so that the packet meets it before the policy takes it: at the end of the base chain, or,
 * since a return there also ends in the policy, before the rules that leave it, last one first.
 */
export function nftPlacesBeforePolicy(table: NftTable, chain: string): readonly Place[] {
  const rules = table.chains.find(({name}) => name === chain)?.rules ?? []
  const exits = rules.flatMap((rule, index) =>
    verdictsOf(rule, table).some(verdict => 'return' in verdict || 'goto' in verdict) ? [index + 1] : [],
  )
  const places: readonly Place[] = [
    {chain, number: 'end'},
    ...exits.reverse().map(number => ({chain, number})),
  ]
  return places.map(place => beforeLogging(place, logsIn(table, chain)))
}

/** The hooks from which packets that travel this way get to the chain; those of the other way where there are none. */
export function hooksBefore(table: NftTable, chain: string, stage: Stage): readonly NftHook[] {
  const graph = graphOf(table)
  const [these, others] = waysFor(stage).map(way => {
    const {own} = basesOf(table, way)
    return table.chains.flatMap(({name, hook}) =>
      hook && own.includes(name) && reachableFrom(graph, [name]).has(chain) ? [hook] : [],
    )
  })
  return these?.length ? these : (others ?? [])
}

export function isShared({name}: NftHook): boolean {
  return SHARED_HOOKS.includes(name)
}

export function wayOf(stage: Stage): 'out' | 'in' {
  return stage === 'out-syn' || stage === 'out-data' ? 'out' : 'in'
}

/** That of the packet, and the other one, by which what is redirected to this host comes in. */
function waysFor(stage: Stage): readonly ('out' | 'in')[] {
  return wayOf(stage) === 'out' ? ['out', 'in'] : ['in', 'out']
}

function basesOf({chains}: NftTable, way: 'out' | 'in'): Bases {
  const bases = chains.flatMap(({name, hook}) => (hook ? [{name, hook: hook.name}] : []))
  const own = bases.filter(({hook}) => HOOKS[way].includes(hook)).map(({name}) => name)
  return {own, other: bases.map(({name}) => name).filter(name => !own.includes(name))}
}

function graphOf(table: NftTable): ChainGraph {
  const targets = (rule: NftRule) =>
    verdictsOf(rule, table).flatMap(verdict => {
      const call = verdict.jump ?? verdict.goto
      return isObject(call) && typeof call.target === 'string' ? [call.target] : []
    })
  return new Map(table.chains.map(({name, rules}) => [name, rules.map(targets)]))
}

type Verdict = {readonly [tag: string]: unknown}

/** Every verdict that the rule may end in, those in its verdict map included. */
function verdictsOf({statements}: NftRule, {sets}: NftTable): readonly Verdict[] {
  return (statements ?? []).flatMap(statement => {
    const [tag, body] = tagged(statement) ?? []
    if (tag !== 'vmap' || !isObject(body)) return isObject(statement) ? [statement] : []
    const {data} = body
    const [, anonymous] = tagged(data) ?? []
    const pairs = typeof data === 'string' ? sets.get(data.replace(/^@/, ''))?.elements : anonymous
    if (!Array.isArray(pairs)) return []
    return pairs.flatMap(pair => (Array.isArray(pair) && isObject(pair[1]) ? [pair[1]] : []))
  })
}
