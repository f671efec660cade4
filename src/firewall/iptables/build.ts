import type {Condition} from '../condition.ts'
import type {BaseChain, Chain, Hook, Rule, RuleSource} from '../model.ts'
import {PRIORITY} from '../netfilter.ts'
import {MAYBE, NO} from '../ternary.ts'
import {constantOf, type RuleContext} from './context.ts'
import {coreCondition} from './core-matches.ts'
import {matchConditions} from './matches.ts'
import type {Save, SavedChain, SavedRule, SavedTable} from './save.ts'
import {parseRuleSpec, type RuleSpec} from './spec.ts'
import {targetAction} from './targets.ts'

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

const HOOKS: readonly Hook[] = ['prerouting', 'input', 'output', 'postrouting']

export type Built = {readonly bases: readonly BaseChain[]; readonly chains: readonly Chain[]}

/** Builds the base chains of one engine and family. What was not readable becomes a rule that may do anything. */
export function buildChains(save: Save, context: RuleContext): Built {
  const built = save.tables.map(table => buildTable(table, context))
  const lost = lostTables(save, context)
  return {
    bases: [...built.flatMap(({bases}) => bases), ...lost],
    chains: [...built.flatMap(({chains}) => chains), ...lost.map(({chain}) => chain)],
  }
}

/** A rule that stands for rules which nobody could read. */
export function unknownRule(source: Omit<RuleSource, 'rule'>): Rule {
  return {source: {...source, rule: 0}, conditions: [], action: {kind: 'unknown'}}
}

/** A base chain that may do anything to every packet that leaves. */
export function unknownBase(source: Omit<RuleSource, 'rule'>): BaseChain {
  const rule = unknownRule(source)
  return {
    chain: {name: source.chain, rules: [rule]},
    hook: 'output',
    priority: PRIORITY.security + 1,
    nat: false,
    policy: {source: rule.source, conditions: [], action: {kind: 'accept'}},
  }
}

function lostTables(save: Save, context: RuleContext): BaseChain[] {
  const unknown = (table: string, text: string) =>
    unknownBase({engine: context.engine, family: familyName(context), table, chain: 'OUTPUT', text})
  const lost = save.incompatible.map(name =>
    unknown(name, `# Table \`${name}' is incompatible, use 'nft' tool.`),
  )
  for (const {name} of save.tables)
    if (!LAYOUT[name]) lost.push(unknown(name, `*${name} (a table that this tool does not know)`))
  for (const {line, text} of save.problems) lost.push(unknown('', `line ${line} of the dump: ${text}`))
  if (save.truncated) lost.push(unknown('', 'the dump is cut off; rules may be missing'))
  const names = save.tables.map(({name}) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) lost.push(unknown(twice, `*${twice} (printed twice)`))
  return lost
}

function familyName({family}: RuleContext): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6'
}

type DraftRule = {rule: Rule; target: string | null; goto: boolean}

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
    family: familyName(context),
    table: table.name,
    chain,
    rule,
    text,
  })
  for (const saved of table.rules) {
    const number = (counts.get(saved.chain) ?? 0) + 1
    counts.set(saved.chain, number)
    const draft = translateRule(saved, source(saved.chain, number, saved.text), names, context)
    if (!draft) continue
    const {rule, target, goto} = draft
    const resolved: Rule =
      target === null ? rule : {...rule, action: {kind: 'call', chain: chainOf(target), goto}}
    chainOf(saved.chain).rules.push(resolved)
  }
  for (const chain of chains.values()) addLostRules(chain, table, source)
  return {
    bases: baseChains(table, layout, declared, chainOf, source),
    chains: [...chains.values()],
  }
}

type SourceOf = (chain: string, rule: number | string, text: string) => RuleSource

/** Lines that could not be read may be rules of any chain; a table without its end may lack rules of any chain. */
function addLostRules(chain: Chain & {rules: Rule[]}, table: SavedTable, source: SourceOf): void {
  for (const {line, text} of table.problems)
    chain.rules.unshift(unknownRule(source(chain.name, 0, `line ${line} of the dump: ${text}`)))
  if (!table.complete)
    chain.rules.push(
      unknownRule(source(chain.name, 0, `table ${table.name} is cut off; rules may be missing`)),
    )
}

function baseChains(
  table: SavedTable,
  layout: TableLayout,
  declared: ReadonlyMap<string, SavedChain>,
  chainOf: (name: string) => Chain,
  source: SourceOf,
): BaseChain[] {
  return HOOKS.flatMap(hook => {
    const priority = layout[hook]
    const name = hook.toUpperCase()
    const used = declared.has(name) || table.rules.some(({chain}) => chain === name)
    if (priority === undefined || (!used && table.complete)) return []
    const chain = declared.get(name)
    return [
      {
        chain: chainOf(name),
        hook,
        priority,
        nat: table.name === 'nat',
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

/** Null for a rule that no packet in question can match. */
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
  if (!target) return {rule: {source, conditions, action: {kind: 'continue'}}, target: null, goto: false}
  if (chains.has(target.name))
    return {rule: {source, conditions, action: {kind: 'continue'}}, target: target.name, goto: target.goto}
  const action = target.goto ? null : targetAction(target, context.protocol)
  return {rule: {source, conditions, action: action ?? {kind: 'unknown'}}, target: null, goto: false}
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
