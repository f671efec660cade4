/** A base chain of nf_tables that is not known to belong to iptables. */
export type NativeChain = {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly hook: string
  /** Neither a rule nor a policy of its own: packets pass. */
  readonly harmless: boolean
}

/** Finds base chains in the text of `nft list ruleset`. */
export function nativeChainsInText(text: string): NativeChain[] {
  const found: NativeChain[] = []
  let family = ''
  let table = ''
  let chain = ''
  let hook: string | null = null
  let rules = 0
  let accepts = true
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const tableStart = /^table (\S+) (\S+) \{/.exec(line)
    if (tableStart) {
      family = tableStart[1] ?? ''
      table = tableStart[2] ?? ''
      continue
    }
    const chainStart = /^chain (\S+) \{/.exec(line)
    if (chainStart) {
      chain = chainStart[1] ?? ''
      hook = null
      rules = 0
      accepts = true
      continue
    }
    const base = /^type \S+ hook (\S+) .*?priority [^;]*;(?:\s*policy (\w+);)?/.exec(line)
    if (base && chain !== '') {
      hook = base[1] ?? ''
      accepts = (base[2] ?? 'accept') === 'accept'
    } else if (line === '}' && chain !== '') {
      if (hook !== null) found.push({family, table, chain, hook, harmless: accepts && rules === 0})
      chain = ''
    } else if (line !== '' && chain !== '' && !line.startsWith('comment ')) rules++
  }
  return found
}

type JsonObject = {readonly [key: string]: unknown}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** Finds base chains in `nft -j list ruleset`; null when the text is not the JSON that it should be. */
export function nativeChainsInJson(text: string): NativeChain[] | null {
  const entries = readEntries(text)
  if (!entries) return null
  const withRules = new Set<string>()
  for (const {rule} of entries) if (isObject(rule)) withRules.add(keyOf(rule, rule.chain))
  return entries.flatMap(({chain}) => {
    if (!isObject(chain) || typeof chain.hook !== 'string') return []
    return [
      {
        family: String(chain.family),
        table: String(chain.table),
        chain: String(chain.name),
        hook: chain.hook,
        harmless: (chain.policy ?? 'accept') === 'accept' && !withRules.has(keyOf(chain, chain.name)),
      },
    ]
  })
}

function keyOf({family, table}: JsonObject, chain: unknown): string {
  return `${family} ${table} ${chain}`
}

function readEntries(text: string): JsonObject[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    const entries = isObject(parsed) ? parsed.nftables : null
    return Array.isArray(entries) ? entries.filter(isObject) : null
  } catch {
    return null
  }
}
