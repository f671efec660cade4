import {spawnSync} from 'node:child_process'
import type {Blocker} from '../../../src/contract/judgement.ts'
import type {Family} from './generate-case.ts'

type Counted = {readonly packets: number; readonly stops: boolean}

/** Place of a rule to what it has counted. */
export type Counters = ReadonlyMap<string, Counted>

/** iptables-nft keeps its rules in nf_tables, so that both readers see them at one place. */
export function placeOf({engine, family, table, chain, rule}: Blocker): string {
  const where = engine === 'iptables-legacy' ? 'legacy' : 'nft'
  return `${where} ${family} ${table} ${chain} ${rule}`
}

/** Null when nft prints JSON that breaks off, as 1.0.6 does for some tables with flags. */
export function readCounters(family: Family): Counters | null {
  const save = `${family === 4 ? 'iptables' : 'ip6tables'}`
  const name = family === 4 ? 'ip' : 'ip6'
  const native = countersOfJson(output('nft', '-j', 'list', 'ruleset'))
  return (
    native &&
    new Map([
      ...native,
      ...countersOfSave(`legacy ${name}`, output(`${save}-legacy-save`, '-c')),
      ...countersOfSave(`nft ${name}`, output(`${save}-nft-save`, '-c')),
    ])
  )
}

/** Of a program that fails, what it printed before: iptables-nft-save stops at rules that are not its own. */
function output(command: string, ...args: readonly string[]): string {
  return spawnSync(command, args, {encoding: 'utf8', maxBuffer: 2 ** 26}).stdout
}

/** Reads the output of `iptables-save -c`. */
export function countersOfSave(prefix: string, save: string): Map<string, Counted> {
  const counters = new Map<string, Counted>()
  const numbers = new Map<string, number>()
  let table = ''
  for (const line of save.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    const [, packets, chain, rest = ''] = /^\[(\d+):\d+\] -A (\S+)(.*)/.exec(line) ?? []
    const [, base, policy, passed] = /^:(\S+) (ACCEPT|DROP) \[(\d+):/.exec(line) ?? []
    // Only legacy counts what its policies decide.
    if (base && prefix.startsWith('legacy'))
      counters.set(`${prefix} ${table} ${base} policy`, {packets: Number(passed), stops: policy === 'DROP'})
    if (!chain) continue
    const place = `${prefix} ${table} ${chain}`
    const number = (numbers.get(place) ?? 0) + 1
    numbers.set(place, number)
    const stops = / -j (?:DROP|REJECT\b|NFQUEUE (?!.*bypass))/.test(rest.replace(/"(?:\\.|[^"\\])*"/g, ''))
    counters.set(`${place} ${number}`, {packets: Number(packets), stops})
  }
  return counters
}

type Entry = {readonly rule?: {family: string; table: string; chain: string; expr: Record<string, unknown>[]}}

/** Reads the output of `nft -j list ruleset`. */
export function countersOfJson(json: string): Map<string, Counted> | null {
  let entries: readonly Entry[]
  try {
    entries = (JSON.parse(json) as {nftables: Entry[]}).nftables
  } catch {
    return null
  }
  const numbers = new Map<string, number>()
  const counters = new Map<string, Counted>()
  for (const {rule} of entries) {
    if (!rule) continue
    const chain = `nft ${rule.family} ${rule.table} ${rule.chain}`
    const number = (numbers.get(chain) ?? 0) + 1
    numbers.set(chain, number)
    const counter = rule.expr.find(statement => 'counter' in statement)?.counter as
      | {packets: number}
      | undefined
    const stops = rule.expr.some(statement => 'drop' in statement || 'reject' in statement)
    const afterMap = rule.expr.some(statement => 'vmap' in statement)
    if (counter) counters.set(`${chain} ${number}`, {packets: counter.packets, stops: stops && !afterMap})
  }
  return counters
}
