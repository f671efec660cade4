import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it, onTestFinished} from 'vitest'

const RUN = fileURLToPath(new URL('../repair/killed-run.ts', import.meta.url))

/** Makes, removes and looks for a mark; `-A b` first uses up the disk that the journal is on. */
const CHANGE = `#!/bin/sh
. "$0.variables"
if [ "$FILL" = "$1 $2" ] || [ "$FILL" = "$3 $4" ]; then dd if=/dev/zero of="$STATE/filler" 2>/dev/null; fi
case $3 in
  -A) mkdir "$MARKS/$4" ;;
  -D) rmdir "$MARKS/$4" ;;
  -C) test -d "$MARKS/$4" ;;
esac
`

/** Runs a repair whose state directory is a small disk of its own, prepared by a shell line. */
async function repairOnDisk(
  prepare: string,
  fill: string,
): Promise<{code: unknown; stderr: string; marks: string[]}> {
  const directory = await mkdtemp(join(tmpdir(), 'drs-onboard-lab-'))
  onTestFinished(() => rm(directory, {recursive: true, force: true}))
  const [bin, marks, state] = ['bin', 'marks', 'state'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ]
  await Promise.all([bin, marks, state].map(path => mkdir(path)))
  await writeFile(join(bin, 'iptables'), CHANGE, {mode: 0o755})
  // Programs get no variables of the run's own.
  const variables = [`MARKS='${marks}'`, `STATE='${state}'`, `FILL='${fill}'`, '']
  await writeFile(join(bin, 'iptables.variables'), variables.join('\n'))
  const script = `mount -t tmpfs -o size=64k,mode=0700 tmpfs "$STATE" && ${prepare} && exec "$NODE" "$RUN" "$STATE" helps`
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    STATE: state,
    NODE: process.execPath,
    RUN,
  }
  const {promise, resolve} = Promise.withResolvers<{code: unknown; stderr: string}>()
  execFile(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', script],
    {env},
    (error, _stdout, stderr) => resolve({code: error?.code ?? 0, stderr}),
  )
  return {...(await promise), marks: await readdir(marks)}
}

describe('the disk of the state directory', () => {
  it('has room: the repair is kept', async () => {
    expect(await repairOnDisk('true', '')).toMatchObject({code: 0, marks: ['a', 'b']})
  })

  it.each([
    ['is full', 'true; dd if=/dev/zero of="$STATE/filler" 2>/dev/null; true', 'no space left on the device'],
    ['is read-only', 'mount -o remount,ro "$STATE"', 'the file system is read-only'],
  ])('%s: nothing is changed', async (_name, prepare, why) => {
    const {code, stderr, marks} = await repairOnDisk(prepare, '')
    expect(stderr).toContain(`(${why}), so nothing was changed`)
    expect(marks).toEqual([])
    expect(code).toBe(1)
  })

  it.each(['-A a', '-A b', 'recheck all'])('fills up during `%s`: what was done is reverted', async fill => {
    const {code, stderr, marks} = await repairOnDisk('true', fill)
    expect(stderr).toMatch(
      /The journal .* cannot be written \(no space left on the device\)\. The change was reverted/,
    )
    expect(marks).toEqual([])
    expect(code).toBe(1)
  })
})
