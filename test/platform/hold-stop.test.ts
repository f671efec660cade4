import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'

const MODULE = new URL('../../src/platform/hold-stop.ts', import.meta.url).href

/** Waits for a line of input inside of `holdStop`, and once more after it. */
const PROGRAM = `const {holdStop} = await import('${MODULE}')
const line = () => new Promise(resolve => process.stdin.once('data', resolve))
await holdStop(async () => { console.log('held'); await line() })
console.log('free')
await line()
process.exit(0)`

/** Source: proc_pid_stat(5), the field behind the program's name. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]

test.skipIf(process.platform !== 'linux')(
  'SIGTSTP stops nothing while a task is held, and does afterwards',
  async () => {
    // In a session of its own the kernel would not stop it: its process group would be orphaned.
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    try {
      const {pid = 0} = child
      const printed = async () => String((await once(child.stdout, 'data'))[0])
      expect(await printed()).toBe('held\n')
      child.kill('SIGTSTP')
      child.stdin.write('\n')
      expect(await printed()).toBe('free\n')
      expect(stateOf(pid)).not.toBe('T')
      child.kill('SIGTSTP')
      await expect.poll(() => stateOf(pid)).toBe('T')
    } finally {
      child.kill('SIGKILL')
    }
  },
)
