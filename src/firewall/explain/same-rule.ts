import type {Rule} from '../model/rules.ts'

/** The same for all that the model makes of one line of a dump. */
export function lineKey({source: {engine, family, table, chain, rule, text}}: Rule): string {
  return [engine, family, table, chain, rule, text].join('\n')
}

/** Whether two rules of the model are the same line of a dump. */
export function isSameRule(a: Rule, b: Rule): boolean {
  return a.source === b.source || (a.source.rule === b.source.rule && lineKey(a) === lineKey(b))
}
