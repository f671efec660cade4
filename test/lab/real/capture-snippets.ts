// Loads snippets into a lab, captures the state, and keeps it for the tests that need no lab. Needs root.
// usage: capture-snippets.ts [NAME...]        all of them unless named
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {SNIPPETS} from '../../firewall/snippets/snippets.ts'
import {PROJECT} from '../lib/paths.ts'
import {withSnippet} from './load-rules.ts'
import {startWorld} from './world.ts'

const FILE = join(PROJECT, 'test/firewall/snippets/fixtures/states.json')
const names = process.argv.slice(2)

await using world = await startWorld({alsoAnswering: []})
const captured: [string, LinuxFirewallState][] = []
for (const snippet of SNIPPETS.filter(({name}) => names.length === 0 || names.includes(name)))
  await withSnippet(world.source, snippet, async () => {
    const state = {...(await world.capture()), capturedAt: '2026-03-04T10:30:00.000Z'}
    captured.push([snippet.name, state])
    process.stdout.write(`${snippet.name}\n`)
  })

/** What they share is kept once. */
const kept = names.length === 0 ? null : JSON.parse(await readFile(FILE, 'utf8'))
const shared: Partial<LinuxFirewallState> = kept?.shared ?? captured[0]?.[1] ?? {}
const differences = captured.map(([name, state]) => {
  const own = Object.entries(state).filter(
    ([member, value]) => JSON.stringify(value) !== JSON.stringify(shared[member as keyof typeof shared]),
  )
  const missing = Object.keys(shared).filter(member => !(member in state))
  return [name, {...Object.fromEntries(own), ...(missing.length > 0 && {missing})}]
})
const states = {...kept?.states, ...Object.fromEntries(differences)}
await writeFile(FILE, `${JSON.stringify({shared, states}, null, 1)}\n`)
