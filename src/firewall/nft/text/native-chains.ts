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
