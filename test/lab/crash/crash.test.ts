import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type CrashScene, crashOnce, openCrashScene} from './crash.ts'
import {SCENARIOS} from './scenarios.ts'

/** Of each scenario; `npm run crash` has more. */
const RUNS = 5

describeLab('a run that is killed at any point', () => {
  describe.each(SCENARIOS)('$name', scenario => {
    let scene: CrashScene

    beforeAll(async () => {
      scene = await openCrashScene(scenario)
    }, 300_000)
    afterAll(() => scene?.lab.stop())

    test('leaves a server that the next run repairs or puts back', {timeout: 300_000}, async () => {
      const stride = Math.floor(scene.points.length / RUNS)
      expect(stride).toBeGreaterThan(0)
      for (let run = 0; run < RUNS; run += 1) await crashOnce(scene, run * stride)
    })
  })
}, ['setfattr', 'setfacl'])
