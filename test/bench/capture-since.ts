// How much longer a capture takes than in another tree of this program, the two in turn.
// usage: node test/bench/capture-since.ts OTHER-TREE, say one made with `git worktree add OTHER-TREE 8b6d986`
import {spawnSync} from 'node:child_process'
import {join, resolve} from 'node:path'
import {enterNamespace} from '../lab/fuzz/namespace.ts'
import {median} from './measure.ts'

const ROUNDS = 21

const [other] = process.argv.slice(2)
if (other === undefined) throw new Error('Name the other tree.')
enterNamespace()
spawnSync('ip', ['link', 'set', 'lo', 'up'])
for (const program of ['iptables-legacy', 'ip6tables-legacy', 'iptables-nft', 'ip6tables-nft'])
  for (let port = 1; port <= 50; port += 1)
    spawnSync(program, ['-A', 'INPUT', '-p', 'tcp', '--dport', String(port), '-j', 'ACCEPT'])

type Read = () => Promise<unknown>

async function readerOf(tree: string): Promise<Read> {
  const module = await import(join(resolve(tree), 'src/platform/linux/firewall/capture.ts'))
  return module.readFirewallState as Read
}

async function timeOf(read: Read): Promise<number> {
  const started = performance.now()
  await read()
  return performance.now() - started
}

const [before, now] = [await readerOf(other), await readerOf(join(import.meta.dirname, '../..'))]
const [first, second]: [number[], number[]] = [[], []]
for (let round = 0; round < ROUNDS; round += 1) {
  first.push(await timeOf(before))
  second.push(await timeOf(now))
}
const differences = second.map((time, round) => time - (first[round] ?? 0))
const inMs = (values: readonly number[]) => `${median(values).toFixed(0)} ms`
process.stdout.write(
  `before ${inMs(first)}, now ${inMs(second)}, median of the differences ${inMs(differences)}, worst ${Math.max(...differences).toFixed(0)} ms\n`,
)
process.exit(0)
