import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, onTestFinished, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {NODE} from '../lib/paths.ts'
import type {RuleSource} from './rule-source.ts'
import {complaints, type Tally} from './tally.ts'

const PATIENCE_MS = 600_000

async function run(program: string, args: readonly string[]): Promise<{code: number; output: string}> {
  const child = spawn(NODE, [join(import.meta.dirname, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return {code, output}
}

/** What a broken judge comes to, and the rules that are left of what found it out. */
async function runBroken(how: string): Promise<{tally: Tally; minimal: RuleSource[][]}> {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'))
  onTestFinished(() => rmSync(directory, {recursive: true}))
  const {code, output} = await run('run-broken.ts', [how, directory])
  expect(code, output).toBe(0)
  const fixtures = readdirSync(directory).map(name => readFileSync(join(directory, name), 'utf8'))
  return {
    tally: JSON.parse(output) as Tally,
    minimal: fixtures.map(fixture => (JSON.parse(fixture) as {sources: RuleSource[]}).sources),
  }
}

describeLab('the judge and the kernel', () => {
  // Mostly they wait for silence, so that several at a time take little longer than one.
  test.concurrent.each([
    {engines: 'legacy,nft', rulesets: 100, seed: 20_250},
    {engines: 'native,mixed', rulesets: 100, seed: 30_250},
    {engines: 'partial', rulesets: 50, seed: 40_250},
  ])(
    'agree on $rulesets rule sets of $engines',
    {timeout: PATIENCE_MS},
    async ({engines, rulesets, seed}) => {
      const args = ['--engines', engines, '--rulesets', `${rulesets}`, '--seed', `${seed}`]
      const {code, output} = await run('run.ts', args)
      expect(code, output).toBe(0)
    },
  )

  test('disagree when the judge allows everything', {timeout: PATIENCE_MS}, async () => {
    const {tally, minimal} = await runBroken('allow')
    expect(tally.wrong).toBeGreaterThan(0)
    expect(complaints(tally)).toContain(`${tally.wrong} definite answers were wrong.`)
    expect(minimal.length).toBeGreaterThan(0)
    for (const sources of minimal) {
      // A table and a chain around one rule or policy, and the set or chain that it may need.
      const lines = sources.flatMap(source => source.text.trim().split('\n'))
      expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(8)
    }
  })

  test('disagree when the judge blames another rule', {timeout: PATIENCE_MS}, async () => {
    const {tally} = await runBroken('blame')
    expect(tally).toMatchObject({wrong: 0, blamed: 0})
    expect(tally.misblamed).toBeGreaterThan(0)
  })
})
