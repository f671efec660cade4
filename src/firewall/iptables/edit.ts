const BASE_CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/**
 * Returns `saveText` (as `iptables-save` prints it) with one rule more: `ruleText`, with or without its leading
 * `-A CHAIN`, becomes rule `number` (from 1) of the chain, and what stood there moves down. A number beyond the end
 * appends. A table or chain that the text lacks is created, as `iptables -I` would.
 */
export function insertRule(
  saveText: string,
  table: string,
  chain: string,
  number: number,
  ruleText: string,
): string {
  const rule = `-A ${chain} ${ruleText.replace(/^-A\s+\S+\s*/, '')}`
  const lines = saveText.split('\n')
  const start = lines.findIndex(line => line.trim() === `*${table}`)
  if (start < 0) return newTable(saveText, table, chain, rule)
  const end = endOfTable(lines, start)
  const inChain = ruleLines(lines, start, end, chain)
  const at = inChain[number - 1] ?? (inChain.at(-1) ?? end - 1) + 1
  const declared = lines.slice(start, end).some(line => line.startsWith(`:${chain} `))
  lines.splice(at, 0, rule)
  if (!declared) lines.splice(start + 1, 0, `:${chain} ${policyOf(table, chain)} [0:0]`)
  return lines.join('\n')
}

function endOfTable(lines: readonly string[], start: number): number {
  const end = lines.findIndex((line, index) => index > start && line.trim() === 'COMMIT')
  return end < 0 ? lines.length : end
}

function ruleLines(lines: readonly string[], start: number, end: number, chain: string): number[] {
  const found: number[] = []
  for (let index = start + 1; index < end; index++) {
    const words = (lines[index] ?? '').replace(/^\[\d+:\d+\]\s*/, '').split(/\s+/, 2)
    if ((words[0] === '-A' || words[0] === '--append') && words[1] === chain) found.push(index)
  }
  return found
}

function policyOf(table: string, chain: string): string {
  return BASE_CHAINS[table]?.includes(chain) ? 'ACCEPT' : '-'
}

function newTable(saveText: string, table: string, chain: string, rule: string): string {
  const chains = BASE_CHAINS[table] ?? []
  const declared = chains.includes(chain) ? chains : [...chains, chain]
  const block = [
    `*${table}`,
    ...declared.map(name => `:${name} ${policyOf(table, name)} [0:0]`),
    rule,
    'COMMIT',
    '',
  ].join('\n')
  return saveText === '' || saveText.endsWith('\n') ? saveText + block : `${saveText}\n${block}`
}
