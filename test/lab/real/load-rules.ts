import type {Snippet} from '../../firewall/snippets/snippets.ts'
import type {SourceServer} from '../lib/source-server.ts'

/** Rules by the names of their files: `ipset.save`, `rules.v4` and `rules.v6`, and scripts of nft. */
export type RuleFiles = {
  readonly files: ReadonlyMap<string, string>
  readonly backend?: 'legacy' | 'nft'
}

/** Loads rules in the order of their files. */
export async function loadRules(source: SourceServer, {files, backend = 'nft'}: RuleFiles): Promise<void> {
  await source.firewall.use(backend)
  for (const [name, text] of files) {
    if (name === 'ipset.save') await source.must(['ipset', 'restore'], {input: text})
    else if (name.endsWith('.nft')) await source.firewall.nft(['-f', '-'], text)
    else await source.firewall.restore(text, name.endsWith('.v6') ? 'ipv6' : 'ipv4')
  }
}

const BASE_CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** Takes all rules and sets of every engine away; tables of legacy that are there stay, and are empty. */
export async function clearRules(source: SourceServer): Promise<void> {
  await source.must(['nft', 'flush', 'ruleset'])
  for (const family of ['ip', 'ip6']) {
    const tables = await source.must(['cat', `/proc/net/${family}_tables_names`])
    const empty = tables.split('\n').flatMap(table => {
      const chains = BASE_CHAINS[table]
      return chains ? [`*${table}`, ...chains.map(chain => `:${chain} ACCEPT [0:0]`), 'COMMIT', ''] : []
    })
    if (empty.length === 0) continue
    await source.must([`${family === 'ip' ? 'iptables' : 'ip6tables'}-legacy-restore`], {
      input: empty.join('\n'),
    })
  }
  await source.must(['ipset', 'destroy'])
}

/** Runs something while the rules of a snippet are loaded, and nothing else is. */
export async function withSnippet(
  source: SourceServer,
  {network: [before, after] = ['', ''], ...rules}: Snippet,
  run: () => Promise<void>,
): Promise<void> {
  await clearRules(source)
  await source.must(['ip', '-batch', '-'], {input: before})
  try {
    await loadRules(source, rules)
    await run()
  } finally {
    await source.must(['ip', '-batch', '-'], {input: after})
  }
}
