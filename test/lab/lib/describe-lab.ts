import {describe, test} from 'vitest'
import {type ExtraTool, labObstacle} from './tools.ts'

/**
 * `describe` for tests that need the lab. Where no lab can run they are skipped, with the reason and the install
 * command in the title; with `CI=true` that is a failure, so that nothing goes untested unnoticed.
 */
export function describeLab(name: string, body: () => void, extra: readonly ExtraTool[] = []): void {
  const obstacle = labObstacle(extra)
  if (obstacle === null) describe(name, body)
  else if (process.env.CI === 'true') {
    describe(name, () => {
      test('has a lab to run in', () => {
        throw new Error(obstacle)
      })
    })
  } else describe.skip(`${name} (skipped: ${obstacle})`, body)
}
