import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {NODE} from '../lib/paths.ts'

const PATIENCE_MS = 600_000

describeLab('repairs of random rule sets', () => {
  test.concurrent.each([
    {engines: 'native', rulesets: 120, seed: 40_000},
    {engines: 'legacy,nft,native,mixed', rulesets: 160, seed: 50_000},
  ])(
    'open at least 95 % of what $engines block, change nothing else, and are reverted',
    {timeout: PATIENCE_MS},
    async ({engines, rulesets, seed}) => {
      const args = ['--engines', engines, '--rulesets', `${rulesets}`, '--seed', `${seed}`, '--verbose']
      const child = spawn(NODE, [join(import.meta.dirname, 'run-repair.ts'), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      expect(code, output).toBe(0)
    },
  )
})
