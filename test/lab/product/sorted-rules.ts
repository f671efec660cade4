/**
 * A dump of `LabFirewall.save()` with tables and chains sorted by name, each with its lines in their order: firewalld
 * recreates tables and chains at a reload, in whatever order.
 */
export function sortedRules(dump: string): string {
  let program = ''
  let table = ''
  let chain = ''
  // The ends of tables belong to none of their chains.
  const lines = dump.split('\n').filter(line => line !== '' && line !== '}')
  const keyed = lines.map(line => {
    if (line.startsWith('== ')) [program, table, chain] = [line, '', '']
    else if (/^(\*|table )/.test(line)) [table, chain] = [line, '']
    else chain = chainOf(line) ?? chain
    return {key: [program, table, chain].join('\n'), line}
  })
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({line}) => line)
    .join('\n')
}

/** `:CHAIN POLICY`, `-A CHAIN …` of iptables-save; `chain NAME {`, `set NAME {`, `map NAME {` of nft. */
function chainOf(line: string): string | undefined {
  return (/^(?::|-A )(\S+)/.exec(line) ?? /^\t(?:chain|set|map) (\S+) \{/.exec(line))?.[1]
}
