/**
 * Whether the rules of `ip rule show` may send what this host sends by another table than main: by its mark, its
 * owner, its source or in any other way that is not followed here (ip-rule(8)).
 *
 * @param mainHasDefault whether the main table has a route for every address, so that no rule after it counts
 */
export function dependsOnRules(lines: readonly string[], mainHasDefault: boolean): boolean {
  for (const line of lines) {
    const rule = readRule(line)
    if (rule === null) return true
    if (rule.comesIn || rule.table === 'local' || rule.table === 'default') continue
    if (rule.table !== 'main') return true
    if (rule.all && mainHasDefault) return false
  }
  return false
}

type PolicyRule = {
  /** It concerns forwarded packets alone. */
  readonly comesIn: boolean
  /** Null: it does something else than look a table up. */
  readonly table: string | null
  /** It asks nothing of the packet. */
  readonly all: boolean
}

/** Reads `32766:	from all lookup main`; null for what is no rule. */
function readRule(line: string): PolicyRule | null {
  const words = line
    .trim()
    .replace(/ proto \S+$/, '')
    .split(/\s+/)
  if (!/^\d+:$/.test(words[0] ?? '') || words[1] === undefined) return null
  const incoming = words.indexOf('iif')
  const lookup = words.indexOf('lookup')
  const plain = lookup >= 0 && words.length === lookup + 2 && !words.includes('not')
  return {
    comesIn: incoming >= 0 && words[incoming + 1] !== 'lo' && !words.includes('not'),
    table: plain ? tableName(words[lookup + 1] ?? '') : null,
    all: plain && words.slice(1, lookup).join(' ') === 'from all',
  }
}

const NUMBERED: Readonly<Record<string, string>> = {'253': 'default', '254': 'main', '255': 'local'}

function tableName(word: string): string {
  return NUMBERED[word] ?? word
}
