import {execFileSync} from 'node:child_process'

const BASE_CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** Restoring a table without its chains would keep their policies. */
const EMPTY = Object.entries(BASE_CHAINS)
  .map(([table, chains]) => `*${table}\n${chains.map(chain => `:${chain} ACCEPT [0:0]\n`).join('')}COMMIT\n`)
  .join('')

/** Takes all rules of every engine out of this network namespace. */
export function clearRules(): void {
  for (const restore of ['iptables-legacy-restore', 'ip6tables-legacy-restore'])
    execFileSync(restore, [], {input: EMPTY, stdio: ['pipe', 'ignore', 'inherit']})
  execFileSync('nft', ['flush', 'ruleset'])
}
