import {type SpawnOptions, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll} from 'vitest'
import {CLI, NODE} from '../lab/lib/paths.ts'

export type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string}

/** A directory of its own for a file of tests, gone when they are through. */
export const scratch = mkdtempSync(join(tmpdir(), 'drs-onboard-cli-'))
afterAll(() => rmSync(scratch, {recursive: true, force: true}))

/** Starts the built command line tool in a bare environment, without a terminal. */
export function start(
  args: readonly string[],
  {
    env = {},
    node = [],
    program = CLI,
    ...options
  }: SpawnOptions & {
    readonly node?: readonly string[]
    readonly program?: string
  } = {},
) {
  return spawn(NODE, [...node, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: {
      PATH: '/usr/bin:/bin',
      HOME: scratch,
      LANG: 'C.UTF-8',
      DRS_ONBOARD_STATE_DIR: join(scratch, 'state'),
      ...env,
    },
  })
}

/** Runs the built command line tool to its end. */
export async function run(
  args: readonly string[],
  options: Parameters<typeof start>[1] = {},
): Promise<Ended> {
  const child = start(args, options)
  const said = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const [code] = await once(child, 'close')
  return {code, ...said}
}
