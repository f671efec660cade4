import {afterAll, beforeAll, expect, test} from 'vitest'
import {KEYS} from '../../pty/terminal.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {INSTALL, INSTALLED} from '../lib/installed.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {DROPS_443} from './rulesets.ts'

const SIZE = {cols: 100, rows: 30}
const REGION = ['--region', 'eu-central-1']

/** The lab's plain user, whom sudo has to know; what else is in sudoers does not count here. */
const USER = `grep -q '^[^:]*:[^:]*:1000:' /etc/passwd || echo 'operator:x:1000:1000::/:/bin/sh' >> /etc/passwd
name=$(getent passwd 1000 | cut -d: -f1)
sed -i "/^$name:/d" /etc/shadow 2> /dev/null || true
echo "$name:*:19000:0:99999:7:::" >> /etc/shadow
chown root:root /etc/sudoers /etc/shadow; chmod 440 /etc/sudoers`

/** Not the user namespace that other tests take for a plain user: in one of those sudo is not root's. */
const PLAIN_USER = ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups', '--'] as const

const policy = (rule: string) => `printf 'Defaults !fqdn\\n#1000 ALL=(root) ${rule}\\n' > /etc/sudoers`

describeLab('the wizard, opened by a plain user who has sudo', () => {
  if (process.getuid?.() !== 0) {
    test.skip('is not tried: this is not root, and sudo works for nobody in a user namespace', () =>
      undefined)
    return
  }
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab()
    await lab.source.firewall.restore(DROPS_443)
    await shell(USER)
    await shell(INSTALL)
  })
  afterAll(() => lab?.stop())

  const shell = (script: string) => lab.source.must(['bash', '-ec', script])
  const open = (flags: readonly string[] = [], env: Record<string, string> = {}) =>
    lab.source.openTerminal([...PLAIN_USER, ...INSTALLED, ...REGION, ...flags], {
      ...SIZE,
      env: {AWS_REGION: 'eu-central-1', HOME: '/', ...env},
      workingDirectory: '/',
    })

  test('goes on as root when that is agreed to, and ends with that run’s exit code', async () => {
    await shell(policy('NOPASSWD:SETENV: ALL'))
    await using terminal = await open()
    await terminal.until('Continue with this command? [y/N]')
    terminal.type(`y${KEYS.enter}`)
    await terminal.until('Running as    root')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(terminal.cursorShown).toBe(true)
  })

  test('runs no sudo of the current directory, or of one that anybody can write to', async () => {
    await shell(policy('NOPASSWD:SETENV: ALL'))
    await shell(`mkdir -p /run/here /run/open; chmod 777 /run/open
for at in here open; do printf '#!/bin/sh\ntouch /run/open/ran\nexec /usr/bin/sudo "$@"\n' > /run/$at/sudo; chmod 755 /run/$at/sudo; done`)
    await using terminal = await lab.source.openTerminal([...PLAIN_USER, ...INSTALLED, ...REGION], {
      ...SIZE,
      env: {HOME: '/', PATH: `.:/run/open::${SYSTEM_PATH}`},
      workingDirectory: '/run/here',
    })
    await terminal.until('Continue with this command? [y/N]')
    terminal.type(`y${KEYS.enter}`)
    await terminal.until('Running as    root')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect((await lab.source.run(['ls', '/run/open'])).stdout).toBe('sudo\n')
  })

  test('goes on as root where sudo hands no variables on, and says so', async () => {
    await shell(policy('NOPASSWD:NOSETENV: ALL'))
    await using terminal = await open()
    await terminal.until('Continue with this command? [y/N]')
    terminal.type(`y${KEYS.enter}`)
    await terminal.until('Running as    root')
    expect(terminal.history()).toContain('sudo does not pass on')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('goes on without root when that is declined, by Enter alone', async () => {
    await using terminal = await open()
    await terminal.until('Continue with this command? [y/N]')
    terminal.type(KEYS.enter)
    await terminal.until('Source server')
    expect(terminal.screen().join('\n')).not.toContain('Running as    root')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })

  test('is not offered sudo for a command line with a password, which sudo would log', async () => {
    const secret = 'http://user:hunter2@192.0.2.1:3128/'
    await using terminal = await open(['--proxy-address', secret])
    await terminal.until('Source server')
    expect(terminal.history()).toContain('set HTTPS_PROXY instead of --proxy-address')
    expect(terminal.history()).not.toContain('Continue with this command?')
    expect(terminal.history()).not.toContain('hunter2')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
    await using other = await open([], {HTTPS_PROXY: secret})
    await other.until('Continue with this command? [y/N]')
    expect(other.history()).not.toContain('hunter2')
    other.type(KEYS.ctrlC)
    expect(await other.exit()).toBe(130)
  })

  test('goes on without root where sudo refuses', async () => {
    await shell("printf 'root ALL=(ALL) ALL\\n' > /etc/sudoers")
    await using terminal = await open()
    await terminal.until('Continue with this command? [y/N]')
    terminal.type(`y${KEYS.enter}`)
    // It asks for the password before it refuses, so as not to tell who may use it.
    await terminal.until(/password for|sudo failed/)
    if (!terminal.history().includes('sudo failed')) terminal.type(KEYS.ctrlC)
    await terminal.until('Source server')
    expect(terminal.history()).toContain('sudo failed; continuing without root.')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).toBe(130)
  })
}, ['sudo'])
