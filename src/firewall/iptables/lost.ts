import type {BaseChain} from '../model.ts'
import {unknownBase} from '../unknown-rules.ts'
import {dumpedBy, type RuleContext} from './context.ts'
import type {Save} from './save.ts'
import {LAYOUT} from './table-layout.ts'

/** What a dump does not tell, as base chains that may do anything. */
export function lostTables(save: Save, context: RuleContext): BaseChain[] {
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
