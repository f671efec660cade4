import type {Condition} from '../model/condition.ts'
import {PRIORITY} from '../model/protocol.ts'
import {
  type BaseChain,
  type Chain,
  type Hook,
  type Rule,
  type RuleSource,
  unknownBase,
  unknownRule,
} from '../model/rules.ts'
import {MAYBE, NO} from '../model/ternary.ts'
import {constantOf, dumpedBy, type RuleContext} from './context.ts'
import {coreCondition} from './core-matches.ts'
import {matchConditions} from './matches.ts'
import {problem, type Save, type SavedChain, type SavedRule, type SavedTable} from './save.ts'
import {type Extension, parseRuleSpec, type RuleSpec} from './spec.ts'
import {targetAction} from './targets.ts'

const BUILT_IN = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'])

const HOOKS: readonly Hook[] = ['prerouting', 'input', 'output', 'postrouting']

type Built = {readonly bases: readonly BaseChain[]; readonly chains: readonly Chain[]}

/** Builds the base chains of one engine and family. What was not readable becomes a rule that may do anything. */
export function buildChains(save: Save, context: RuleContext): Built {
  const built = save.tables.map(table => buildTable(table, context))
  const lost = lostTables(save, context)
  return {
    bases: [...built.flatMap(({bases}) => bases), ...lost],
    chains: [...built.flatMap(({chains}) => chains), ...lost.map(({chain}) => chain)],
  }
}

function buildTable(table: SavedTable, context: RuleContext): Built {
  const layout = LAYOUT[table.name]
  if (!layout) return {bases: [], chains: []}
  const declared = new Map(table.chains.map(chain => [chain.name, chain]))
  const chains = new Map<string, Chain & {rules: Rule[]}>()
  const chainOf = (name: string) => {
    const known = chains.get(name)
    if (known) return known
    const chain = {name, rules: []}
    chains.set(name, chain)
    return chain
  }
  for (const {name} of table.chains) chainOf(name)
  const names = new Set([...declared.keys(), ...table.rules.map(({chain}) => chain)])
  const counts = new Map<string, number>()
  const source = (chain: string, rule: number | string, text: string): RuleSource => ({
    engine: context.engine,
    family: context.family === 4 ? 'ip' : 'ip6',
    table: table.name,
    chain,
    rule,
    text,
  })
  const problems = [...table.problems]
  for (const saved of table.rules) {
    // Chains are printed before rules: a rule of a chain that was not may be of any chain.
    if (!declared.has(saved.chain) && !BUILT_IN.has(saved.chain))
      problems.push(problem(saved.line, saved.text))
    const number = (counts.get(saved.chain) ?? 0) + 1
    counts.set(saved.chain, number)
    const draft = translateRule(saved, source(saved.chain, number, saved.text), names, context)
    if (!draft) continue
    const {rule, target, goto} = draft
    const resolved: Rule =
      target === null ? rule : {...rule, action: {kind: 'call', chain: chainOf(target), goto}}
    chainOf(saved.chain).rules.push(resolved)
  }
  const damaged: SavedTable = {...table, problems}
  const bases = baseChains(damaged, layout, declared, chainOf, source)
  for (const chain of chains.values()) addLostRules(chain, damaged, dumpedBy(context), source)
  return {
    bases,
    chains: [...chains.values()],
  }
}

type SourceOf = (chain: string, rule: number | string, text: string) => RuleSource

/** Lines that could not be read may be rules of any chain; a table without its end may lack rules of any chain. */
function addLostRules(
  chain: Chain & {rules: Rule[]},
  table: SavedTable,
  dump: string,
  source: SourceOf,
): void {
  for (const {line, text} of table.problems)
    chain.rules.unshift(unknownRule(source(chain.name, 0, `line ${line} of the dump of ${dump}: ${text}`)))
  if (!table.complete)
    chain.rules.push(
      unknownRule(source(chain.name, 0, `table ${table.name} of ${dump} is cut off; rules may be missing`)),
    )
}

function baseChains(
  table: SavedTable,
  layout: TableLayout,
  declared: ReadonlyMap<string, SavedChain>,
  chainOf: (name: string) => Chain,
  source: SourceOf,
): BaseChain[] {
  const isWhole = table.complete && table.problems.length === 0
  return HOOKS.flatMap(hook => {
    const priority = layout[hook]
    const name = hook.toUpperCase()
    const used = declared.has(name) || table.rules.some(({chain}) => chain === name)
    if (priority === undefined || (!used && isWhole)) return []
    const chain = declared.get(name)
    return [
      {
        chain: chainOf(name),
        hook,
        priority,
        nat: table.name === 'nat',
        reroutes: table.name === 'mangle' && hook === 'output',
        policy: policyRule(name, chain?.policy, source),
      },
    ]
  })
}

function policyRule(name: string, policy: string | undefined, source: SourceOf): Rule {
  const known = policy === 'ACCEPT' || policy === 'DROP'
  const text = policy === undefined ? `the policy of ${name} is missing` : `-P ${name} ${policy}`
  const action = known
    ? ({kind: policy === 'DROP' ? 'drop' : 'accept'} as const)
    : ({kind: 'unknown'} as const)
  return {source: source(name, 'policy', text), conditions: [], action}
}

type TableLayout = Readonly<Partial<Record<Hook, number>>>

/** The hooks of each table that a connection of this host passes, with their priorities. */
const LAYOUT: Readonly<Record<string, TableLayout>> = {
  raw: {prerouting: PRIORITY.raw, output: PRIORITY.raw},
  mangle: {
    prerouting: PRIORITY.mangle,
    input: PRIORITY.mangle,
    output: PRIORITY.mangle,
    postrouting: PRIORITY.mangle,
  },
  nat: {
    prerouting: PRIORITY.destinationNat,
    input: PRIORITY.sourceNat,
    output: PRIORITY.destinationNat,
    postrouting: PRIORITY.sourceNat,
  },
  filter: {input: PRIORITY.filter, output: PRIORITY.filter},
  security: {input: PRIORITY.security, output: PRIORITY.security},
}

/** What a dump does not tell, as base chains that may do anything. */
function lostTables(save: Save, context: RuleContext): BaseChain[] {
  const unknown = (table: string, text: string) =>
    unknownBase({
      engine: context.engine,
      family: context.family === 4 ? 'ip' : 'ip6',
      table,
      chain: 'OUTPUT',
      text,
    })
  const dump = `the dump of ${dumpedBy(context)}`
  const lost = save.incompatible.map(name =>
    unknown(name, `# Table \`${name}' is incompatible, use 'nft' tool.`),
  )
  for (const {name} of save.tables)
    if (!LAYOUT[name]) lost.push(unknown(name, `*${name} (a table that this tool does not know)`))
  for (const {line, text} of save.problems) lost.push(unknown('', `line ${line} of ${dump}: ${text}`))
  if (save.truncated) lost.push(unknown('', `${dump} is cut off; rules may be missing`))
  const names = save.tables.map(({name}) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) lost.push(unknown(twice, `*${twice} (printed twice)`))
  return lost
}

/** `target`: the chain that it calls, which may be declared further down. */
type DraftRule = {readonly rule: Rule; readonly target: string | null; readonly goto: boolean}

/** A rule of a dump; null for one that no packet in question can match. */
function translateRule(
  saved: SavedRule,
  source: RuleSource,
  chains: ReadonlySet<string>,
  context: RuleContext,
): DraftRule | null {
  const spec = parseRuleSpec(saved.text)
  if (!spec) return {rule: {source, conditions: [], action: {kind: 'unknown'}}, target: null, goto: false}
  const conditions = ruleConditions(spec, context)
  if (!conditions) return null
  const {target} = spec
  if (spec.matches.some(restoresMark))
    return {rule: {source, conditions, action: {kind: 'unknown'}}, target: null, goto: false}
  if (!target) return {rule: {source, conditions, action: {kind: 'continue'}}, target: null, goto: false}
  if (chains.has(target.name))
    return {rule: {source, conditions, action: {kind: 'continue'}}, target: target.name, goto: target.goto}
  const action = target.goto ? null : targetAction(target, context)
  return {rule: {source, conditions, action: action ?? {kind: 'unknown'}}, target: null, goto: false}
}

/** A match that gives the packet its socket's mark. */
function restoresMark({name, options}: Extension): boolean {
  return name === 'socket' && options.some(option => option.name === '--restore-skmark')
}

function ruleConditions(spec: RuleSpec, context: RuleContext): Condition[] | null {
  const conditions: Condition[] = []
  const add = (condition: Condition): boolean => {
    const constant = constantOf(condition)
    if (constant === NO) return false
    if (constant === null || constant === MAYBE) conditions.push(condition)
    return true
  }
  for (const option of spec.core) if (!add(coreCondition(option, context))) return null
  for (const match of spec.matches)
    for (const condition of matchConditions(match, context)) if (!add(condition)) return null
  return conditions
}
