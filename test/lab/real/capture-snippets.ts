// Loads each snippet into a lab, captures the state, and keeps it for the tests that need no lab. Needs root.
// usage: capture-snippets.ts
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LinuxFirewallState} from '../../../src/firewall/state.ts'
import {SNIPPETS} from '../../firewall/snippets/snippets.ts'
import {PROJECT} from '../lib/paths.ts'
import {withSnippet} from './load-rules.ts'
import {startWorld} from './world.ts'

await using world = await startWorld({alsoAnswering: []})
const captured: [string, LinuxFirewallState][] = []
for (const snippet of SNIPPETS)
  await withSnippet(world.source, snippet, async () => {
    const state = {...(await world.capture()), capturedAt: '2026-03-04T10:30:00.000Z'}
    captured.push([snippet.name, state])
    process.stdout.write(`${snippet.name}\n`)
  })

/** What they share is kept once. */
const [, shared = {}] = captured[0] ?? []
const differences = captured.map(([name, state]) => {
  const own = Object.entries(state).filter(
    ([member, value]) => JSON.stringify(value) !== JSON.stringify(shared[member as keyof typeof shared]),
  )
  const missing = Object.keys(shared).filter(member => !(member in state))
  return [name, {...Object.fromEntries(own), ...(missing.length > 0 && {missing})}]
})
const file = join(PROJECT, 'test/firewall/snippets/fixtures/states.json')
await writeFile(file, `${JSON.stringify({shared, states: Object.fromEntries(differences)}, null, 1)}\n`)
