import {ruleKey} from '../../iptables/rule-key.ts'
import {parseSave, type Save, type SavedTable} from '../../iptables/save.ts'
import type {Place} from '../places.ts'

/** Before which line of a file, counted from 1, a rule goes; or a clause that says why that is not clear. */
export type LineInFile = {readonly before: number} | {readonly unclear: string}

/**
 * Where a rule that goes to `place` in the rules of the kernel goes in a file that was loaded into them: before the
 * first of the file's rules that stand behind it in the kernel. Others may have added and removed rules since (Docker
 * and fail2ban do), so the file has neither all of them nor only these.
 * @param loaded the rules of the kernel
 * @param fileText as `iptables-restore` takes it
 */
export function placeInFile(
  {tables: loadedTables}: Save,
  fileText: string,
  tableName: string,
  {chain, number}: Place,
): LineInFile {
  const tables = parseSave(fileText).tables.filter(({name}) => name === tableName)
  const [table] = tables
  if (!table) return {unclear: `it has no table ${tableName}`}
  if (tables.length > 1) return {unclear: `it has the table ${tableName} more than once`}
  const [problem] = table.problems
  if (problem) return {unclear: `its line ${problem.line} cannot be read: \`${problem.text}\``}
  if (!table.complete) return {unclear: `its table ${tableName} is cut off`}
  if (!table.chains.some(({name}) => name === chain)) return {unclear: `it has no chain ${chain}`}
  const loaded = rulesOf(
    loadedTables.find(({name}) => name === tableName),
    chain,
  )
  const at = number === 'end' ? loaded.length : number - 1
  const rules = rulesOf(table, chain)
  const side = sidesOf(
    loaded.slice(0, at).map(({key}) => key),
    loaded.slice(at).map(({key}) => key),
  )
  const lastBefore = rules.findLastIndex(({key}) => side(key) === 'before')
  const firstBehind = rules.findIndex(({key}) => side(key) === 'behind')
  const differs = `the rules of its chain ${chain} differ from the loaded rules`
  if (firstBehind >= 0 && lastBefore > firstBehind) return {unclear: differs}
  const behind = rules[firstBehind]
  // Directly before the very rule, whatever comes before that.
  if (behind && behind.key === loaded[at]?.key) return {before: behind.line}
  const between = rules.slice(lastBefore + 1, firstBehind < 0 ? rules.length : firstBehind)
  if (between.length > 0) return {unclear: differs}
  if (behind) return {before: behind.line}
  return {before: (rules.at(-1)?.line ?? endOf(table, fileText) - 1) + 1}
}

type Rule = {readonly key: string; readonly line: number}

function rulesOf(table: SavedTable | undefined, chain: string): readonly Rule[] {
  const rules = table?.rules.filter(rule => rule.chain === chain) ?? []
  return rules.map(({text, line}) => ({key: ruleKey(text) ?? text, line}))
}

/** On which side of the new rule the kernel has a rule of the file; null where it has it on none, or on both. */
function sidesOf(before: readonly string[], behind: readonly string[]) {
  const [earlier, later] = [new Set(before), new Set(behind)]
  return (key: string): 'before' | 'behind' | null => {
    if (earlier.has(key) === later.has(key)) return null
    return earlier.has(key) ? 'before' : 'behind'
  }
}

/** The line of the table's COMMIT. */
function endOf(table: SavedTable, fileText: string): number {
  const lines = fileText.split('\n')
  const start = lines.findIndex(line => line.trim() === `*${table.name}`)
  return lines.findIndex((line, index) => index > start && line.trim() === 'COMMIT') + 1
}
