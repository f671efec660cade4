import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect, test, vi} from 'vitest'
import {KEYS, openTerminal, type Terminal} from '../pty/terminal.ts'
import {describeLab} from './lib/describe-lab.ts'
import {NODE} from './lib/paths.ts'

const openDemo = (): Terminal =>
  openTerminal([NODE, fileURLToPath(new URL('demo.ts', import.meta.url)), '--shell'], {cols: 120})

/** Types a command on the demo's source server and waits for what it answers. */
async function ask(terminal: Terminal, command: string, answer: RegExp): Promise<string> {
  terminal.type(command + KEYS.enter)
  return terminal.until(answer)
}

async function scratchDirectory(terminal: Terminal): Promise<string> {
  const text = await ask(terminal, 'echo "scratch<$HOME>"', /scratch<\/.+>/)
  return /scratch<(\/.+)>/.exec(text)?.[1] ?? ''
}

describeLab('the demo', () => {
  test('says what it is, blocks 443, survives Ctrl-C, passes the exit code on and leaves nothing', async () => {
    await using terminal = openDemo()
    await terminal.until('root@source')
    expect(terminal.screen()[0]).toMatch(/^A lab: .* firewall blocks TCP 443 and 1500/)
    expect(terminal.screen()[1]).toContain('staging area subnet 10.20.0.0/16')
    const directory = await scratchDirectory(terminal)
    expect(existsSync(directory)).toBe(true)
    await ask(terminal, 'drs-onboard regions --format csv | head -1', /^region,name,/m)
    const url = 'https://drs.eu-central-1.amazonaws.com/'
    await ask(terminal, `curl --silent --connect-timeout 0.5 ${url}; echo "curl said $?"`, /curl said 28/)
    await ask(terminal, 'echo asleep; sleep 1000', /^asleep/m)
    terminal.type(KEYS.ctrlC)
    // Bash drops what is typed before it has read that its child was interrupted.
    await terminal.until(/\^C\s+root@source/)
    await ask(terminal, 'echo "still $((40 + 2))"', /still 42/)
    terminal.type(`exit 7${KEYS.enter}`)
    expect(await terminal.exit()).toBe(7)
    expect(existsSync(directory)).toBe(false)
  })

  test('ends with its terminal', async () => {
    await using terminal = openDemo()
    await terminal.until('root@source')
    const directory = await scratchDirectory(terminal)
    terminal.kill('SIGHUP')
    expect(await terminal.exit()).toBe(129)
    await vi.waitFor(() => expect(existsSync(directory)).toBe(false), 10_000)
  })
})
