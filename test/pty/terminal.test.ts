import {describe, expect, test} from 'vitest'
import {KEYS, openTerminal} from './terminal.ts'

const PROGRAM = `
import {createInterface} from 'node:readline'
const size = () => console.log('size ' + process.stdout.columns + 'x' + process.stdout.rows)
size()
process.stdout.on('resize', size)
process.on('SIGINT', () => { console.log('interrupted'); process.exit(130) })
console.log('CI is ' + process.env.CI)
createInterface({input: process.stdin}).on('line', line => {
  if (line === 'end') process.exit(7)
  if (line === 'clear') process.stdout.write('\\u001b[2J\\u001b[H')
  if (line === 'many') for (let n = 1; n <= 50; n++) console.log('line ' + n)
  console.log('heard ' + line)
})
`

const start = (env = process.env) =>
  openTerminal([process.execPath, '--input-type=module', '--eval', PROGRAM], {cols: 40, rows: 10, env})

describe('terminal', () => {
  test('shows what a program prints, passes keys on and returns the exit code', async () => {
    await using terminal = start()
    await terminal.until('size 40x10')
    terminal.type(`hello${KEYS.enter}`)
    await terminal.until(/heard hello/)
    terminal.type(`end${KEYS.enter}`)
    expect(await terminal.exit()).toBe(7)
  })

  test('hides CI from the program', async () => {
    await using terminal = start({...process.env, CI: 'true'})
    await terminal.until('CI is undefined')
  })

  test('tells the program of a new size', async () => {
    await using terminal = start()
    await terminal.until('size 40x10')
    terminal.resize({cols: 60, rows: 12})
    await terminal.until('size 60x12')
    expect(terminal.screen()).toHaveLength(12)
  })

  test('shows the visible rows, and keeps what scrolled away', async () => {
    await using terminal = start()
    await terminal.until('size')
    terminal.type(`many${KEYS.enter}`)
    await terminal.until('heard many')
    expect(terminal.screen()).not.toContain('line 1')
    expect(terminal.screen()).toContain('line 50')
    expect(terminal.history()).toContain('line 1\n')
    terminal.type(`clear${KEYS.enter}`)
    await terminal.until(/^heard clear/)
  })

  test('sends Ctrl-C as an interrupt', async () => {
    await using terminal = start()
    await terminal.until('CI is')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(terminal.history()).toContain('interrupted')
  })

  test('reports the signal that ended a program as a shell would', async () => {
    await using terminal = openTerminal(['sleep', '1000'])
    terminal.kill('SIGTERM')
    expect(await terminal.exit()).toBe(128 + 15)
  })

  test('says what was on the screen when the program ends too early', async () => {
    await using terminal = openTerminal(['echo', 'something else'])
    await expect(terminal.until('hello')).rejects.toThrow(/The program ended .*something else/s)
  })
})
