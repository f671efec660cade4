// Loads each real rule set into a lab, captures the state, and keeps it for the tests that need no lab. Needs root.
// usage: capture-fixtures.ts [NAME...]        all of them unless named
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {PROJECT} from '../lib/paths.ts'
import {RULE_SETS} from './rule-sets/index.ts'
import {startWorld} from './world.ts'

const names = process.argv.slice(2)
for (const {name, load} of RULE_SETS) {
  if (names.length > 0 && !names.includes(name)) continue
  await using world = await startWorld()
  await load(world.source)
  const file = join(PROJECT, 'test/firewall/real/fixtures', `${name}.json`)
  const state = {...(await world.capture()), capturedAt: '2026-03-04T10:30:00.000Z'}
  await writeFile(file, `${JSON.stringify(state, null, 1)}\n`)
  process.stdout.write(`${name}\n`)
}
