import {describe, expect, test} from 'vitest'
import {CLI, NODE} from '../lab/lib/paths.ts'
import {KEYS, openTerminal} from './terminal.ts'

const onTerminal = (script: string) => openTerminal(['bash', '-c', script, NODE, CLI], {cols: 100, rows: 30})

describe('the wizard', () => {
  test.each([
    ['stdin', '"$0" "$1" < /dev/null'],
    ['stdout', 'set -o pipefail; "$0" "$1" | cat'],
    ['permission to ask', '"$0" "$1" --no-prompt'],
  ])('refuses a terminal without %s', async (_name, script) => {
    await using terminal = onTerminal(script)
    expect(await terminal.exit()).toBe(2)
    expect(terminal.history()).toMatch(/^drs-onboard: The wizard requires a terminal; in a script use/)
  })

  test('works on a terminal where CI is set, as operators’ shells may have it', async () => {
    await using terminal = onTerminal('CI=true "$0" "$1"')
    await terminal.until('Region')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('fix without --yes refuses a terminal that it cannot ask on', async () => {
    await using terminal = onTerminal('"$0" "$1" fix --region eu-central-1 --json')
    expect(await terminal.exit()).toBe(2)
    expect(terminal.history()).toContain('add --yes')
  })
})
