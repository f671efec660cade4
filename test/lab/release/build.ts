import {execFile} from 'node:child_process'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {NODE, PROJECT} from '../lib/paths.ts'

const run = promisify(execFile)

/** Makes artefacts as `npm run release` does, in a folder of their own. */
export async function makeRelease(...flags: readonly string[]): Promise<string> {
  const folder = join(mkdtempSync(join(tmpdir(), 'drs-onboard-release-test-')), 'release')
  await run(NODE, ['scripts/release/release.js', '--fast', '--outdir', folder, ...flags], {cwd: PROJECT})
  return folder
}

export const VERSION: string = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')).version
