import {describe} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {nodeObstacle, WINE_TOOLS} from './node-exe.ts'

/**
 * `describe` for tests that run the built program as a Windows program: in wine, with Node's own `node.exe`. Where that
 * cannot be they are skipped, with the reason in the title; with `CI=true` that is a failure.
 */
export function describeWine(name: string, body: () => void): void {
  const reason = nodeObstacle()
  if (reason === null) describeLab(name, body, WINE_TOOLS)
  else if (process.env.CI === 'true') throw new Error(`${name}: ${reason}`)
  else describe.skip(`${name} (skipped: ${reason})`, body)
}
