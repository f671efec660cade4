import {expect, test} from 'vitest'
import {runCommand} from '../../../src/platform/process/command.ts'

const MODULE = new URL('../../../src/platform/process/hold-stop.ts', import.meta.url).href

/** Whether SIGTSTP (20) would stop this process: its bit of those that are caught. Source: proc_pid_status(5). */
const PROGRAM = `const {holdStop} = await import('${MODULE}')
const {readFileSync} = await import('node:fs')
const stops = () => {
  const [, caught] = /^SigCgt:\\s*(\\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return (BigInt('0x' + caught) >> 19n & 1n) === 0n
}
const before = stops()
const during = await holdStop(async () => stops())
console.log(JSON.stringify([before, during, stops()]))`

// Not by a signal: the kernel stops no process of an orphaned process group, as under a service or nohup.
test.skipIf(process.platform !== 'linux')(
  'SIGTSTP stops nothing while a task is held, and does afterwards',
  async () => {
    const result = await runCommand([process.execPath, '--input-type=module', '-e', PROGRAM])
    expect(result).toMatchObject({kind: 'exited', code: 0, stdout: '[true,false,true]\n'})
  },
)
