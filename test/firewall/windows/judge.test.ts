import {describe, expect, it} from 'vitest'
import {FACT_CASES} from './cases/captured-facts.ts'
import type {Case} from './cases/case.ts'
import {CONDITION_CASES} from './cases/conditions.ts'
import {DATAGRAM_CASES} from './cases/datagrams.ts'
import {IPSEC_CASES} from './cases/ipsec.ts'
import {PROFILE_CASES} from './cases/profiles.ts'
import {REQUIREMENT_CASES} from './cases/requirements.ts'
import {SETTINGS_CASES} from './cases/settings.ts'
import {judgeWindows} from './host.ts'

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  'settings and stores': SETTINGS_CASES,
  'conditions of rules': CONDITION_CASES,
  profiles: PROFILE_CASES,
  'rules that break the specification': REQUIREMENT_CASES,
  IPsec: IPSEC_CASES,
  'what was captured of the host': FACT_CASES,
  'datagrams of UDP': DATAGRAM_CASES,
}

for (const [group, cases] of Object.entries(GROUPS)) {
  describe(`the judge of Windows Firewall: ${group}`, () => {
    it.each(cases.map(([what, given, verdict, more = {}]) => ({what, given, verdict, more})))(
      '$what',
      ({given, verdict, more}) => {
        const judgement = judgeWindows(given, more.probe)
        expect(judgement.verdict, judgement.reason).toBe(verdict)
        const {blocker, stage, how, unknownBecause} = judgement
        if (more.blocker) expect(`${blocker?.table}/${blocker?.chain}/${blocker?.rule}`).toBe(more.blocker)
        if (verdict === 'block')
          expect([blocker?.engine, stage, how]).toEqual(['windows', 'out-syn', 'reject'])
        else expect([blocker, stage, how]).toEqual([null, null, null])
        expect(unknownBecause.length > 0).toBe(verdict === 'unknown')
        if (more.because) expect(unknownBecause.join('\n')).toMatch(more.because)
      },
    )
  })
}
