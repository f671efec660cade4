import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {PUBLIC_CASES, stateOf} from './read-cases.ts'

/** Rule sets of public bug reports, captured from hosts that had them loaded, or read where they cannot be. */
describe.each(PUBLIC_CASES)('$name', one => {
  const firewall = compileFirewall(stateOf(one))

  test.each(one.answers)(
    '$to $port uid $uid gid $gid: $verdict',
    ({verdict, why, kernel: _, now: __, ...probe}) => {
      const judgement = firewall.judge(probe)
      expect([judgement.verdict, judgement.reason]).toEqual([verdict, judgement.reason])
      if (verdict === 'unknown') expect(why).toMatch(/\w/)
    },
  )
})

test('every case names its source', () => {
  for (const {source, what, answers} of PUBLIC_CASES) {
    expect(source).toMatch(/\w/)
    expect(what).toMatch(/\w/)
    expect(answers.length).toBeGreaterThan(0)
  }
})
