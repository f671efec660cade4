import {readdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {CAUSE_CODES} from '../../../src/contract/cause-codes.ts'

const LAB = fileURLToPath(new URL('../../lab/product/', import.meta.url))

/** Codes that say nothing of a network path. */
const ELSEWHERE = /^(ok$|os\.|privileges\.|firewall\.)/

/**
 * `check.timeout` is left to the engine's own tests: the limits of checks are longer than all that their steps may wait
 * together, so nothing on the network makes one outlive its time.
 */
const UNREACHABLE = new Set(['check.timeout'])

/** The codes that the end-to-end tests of the path expect of the built program. */
async function codesInLab(): Promise<ReadonlySet<string>> {
  const files = (await readdir(LAB)).filter(name => /^(path|bad-servers).*\.test\.ts$/.test(name))
  const texts = await Promise.all(files.map(name => readFile(LAB + name, 'utf8')))
  return new Set(
    texts.flatMap(text => [...text.matchAll(/\bcode: '([a-z0-9.-]+)'/g)].map(([, code]) => code ?? '')),
  )
}

describe('every cause code of the network path', () => {
  const codes = CAUSE_CODES.filter(code => !ELSEWHERE.test(code) && !UNREACHABLE.has(code))

  test.each(codes)('%s is seen in the lab', async code => {
    expect(await codesInLab()).toContain(code)
  })
})
