import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeAll, describe, expect, it, type TestContext} from 'vitest'
import {readJournal} from '../../src/repair/journal/journal.ts'
import {listUndoable} from '../../src/repair/journal/undoable.ts'
import {bundle} from '../bundle.ts'
import {marks, temporaryDirectory} from './marks.ts'

/**
 * Makes, removes and looks for a mark; its call number KILL_AT kills the run that called it: before its effect, after
 * it, or (`late`) first, to have its effect when the next run has begun to ask, or after 1 s: as a command that waits
 * for a lock may.
 */
const CHANGE = `#!/bin/sh
. "$0.variables"
calls=$(($(cat "$COUNTER" 2>/dev/null || echo 0) + 1))
echo "$calls" > "$COUNTER"
if [ "$calls" = "$KILL_AT" ] && [ "$WHEN" != after ]; then
  kill -9 $PPID
  if [ "$WHEN" = before ]; then : > "$COUNTER-ended"; exit 0; fi
  tries=0
  until [ -e "$NEXT_COUNTER" ] || [ $tries = 10 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
case $3 in
  -A) mkdir "$MARKS/$4" ;;
  -D) rmdir "$MARKS/$4" ;;
  -C) test -d "$MARKS/$4" ;;
esac
result=$?
if [ "$calls" = "$KILL_AT" ]; then
  [ "$WHEN" != after ] || kill -9 $PPID
  : > "$COUNTER-ended"
fi
exit $result
`

let program: string

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'killed-run-'))
  program = join(directory, 'killed-run.mjs')
  await bundle('test/repair/killed-run.ts', program)
  return () => rm(directory, {recursive: true})
})

async function scene(test: TestContext) {
  const directory = await temporaryDirectory(test)
  const paths = {
    bin: join(directory, 'bin'),
    marks: join(directory, 'marks'),
    state: join(directory, 'state'),
  }
  await Promise.all([mkdir(paths.bin), mkdir(paths.marks)])
  await writeFile(join(paths.bin, 'iptables'), CHANGE, {mode: 0o755})
  // What an undo looks for remains with: there are none.
  for (const name of ['iptables-save', 'iptables-legacy-save', 'iptables-nft-save', 'nft'])
    await symlink('/bin/true', join(paths.bin, name))
  let runs = 0
  /** @returns whether the run was killed */
  const run = async (mode: string, killAt: number, when = 'before') => {
    runs += 1
    // Programs get no variables of the run's own.
    const variables = [
      `MARKS='${paths.marks}'`,
      `COUNTER='${join(directory, `calls-${runs}`)}'`,
      `NEXT_COUNTER='${join(directory, `calls-${runs + 1}`)}'`,
      ...[`KILL_AT=${killAt}`, `WHEN=${when}`, ''],
    ]
    await writeFile(join(paths.bin, 'iptables.variables'), variables.join('\n'))
    const env = {...process.env, PATH: `${paths.bin}:${process.env.PATH}`}
    const child = spawn(process.execPath, [program, paths.state, mode], {env, stdio: 'inherit'})
    const [code, signal] = await once(child, 'exit')
    expect(signal ?? code).toBe(signal === null ? 0 : 'SIGKILL')
    return signal !== null
  }
  /** Waits until the command that killed the first run has ended, and returns what there is then. */
  const settled = async () => {
    await test.expect.poll(() => readdir(directory)).toContain(`calls-${runs - 1}-ended`)
    return marks(paths.marks)
  }
  return {paths, run, settled}
}

type Case = {mode: string; when: string; from: number; commands: number}

/** Kills one run at each of its commands, and has the next run undo what it left behind. */
async function killAtEach({mode, when, from, commands}: Case, test: TestContext) {
  let at = from
  for (; ; at++) {
    const there = await scene(test)
    if (mode === 'undo') await there.run('helps', 0)
    if (!(await there.run(mode, at, when))) break
    await there.run('undo', 0)
    expect(await there.settled(), `killed at command ${at}`).toEqual([])
    expect(await listUndoable(there.paths.state)).toEqual([])
  }
  expect(at - 1).toBe(commands)
}

describe.concurrent('a run that is killed', {timeout: 120_000}, () => {
  it.for<Case>([
    {mode: 'helps', when: 'before', from: 1, commands: 5},
    {mode: 'helps', when: 'after', from: 1, commands: 5},
    {mode: 'helps', when: 'late', from: 3, commands: 5},
    // The first five commands are those above.
    {mode: 'does-not-help', when: 'before', from: 6, commands: 9},
    {mode: 'does-not-help', when: 'after', from: 6, commands: 9},
    {mode: 'undo', when: 'before', from: 1, commands: 4},
    {mode: 'undo', when: 'after', from: 1, commands: 4},
  ])('$when a command ($mode, from number $from) leaves what the next one can undo', killAtEach)

  it('keeps both steps when it is not killed', async test => {
    const {paths, run} = await scene(test)
    expect(await run('helps', 0)).toBe(false)
    expect(await marks(paths.marks)).toEqual(['a', 'b'])
    expect(await readJournal(paths.state)).toMatchObject([{result: 'kept', steps: ['done', 'done']}])
  })
})
