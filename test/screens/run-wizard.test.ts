import {Console} from 'node:console'
import {setImmediate} from 'node:timers/promises'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {Interrupted} from '../../src/errors.ts'
import {EXIT} from '../../src/exit-codes.ts'
import {runWizard, type WizardTerminal} from '../../src/screens/run-wizard.tsx'
import {FakeInput, FakeOutput} from './fake-terminal.ts'
import {BLOCKED, HEALTHY, type Script, scriptedHost} from './scripted-host.ts'
import {Gate, KEY} from './walk.tsx'

// Ink replaces the console's methods by those of a `Console` of its own; the test runner's console lacks the class.
const terminalConsole: Console = Reflect.get(globalThis, 'console')
Object.assign(terminalConsole, {Console})

type Options = Pick<WizardTerminal, 'signal' | 'accessible'> & {
  readonly columns?: number
  readonly rows?: number
}

const running: {readonly ended: Promise<unknown>; readonly input: FakeInput}[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const {input, ended} of running.splice(0)) {
    input.destroy()
    await ended.catch(() => {})
  }
})

function run(script: Script = {}, {columns, rows, ...options}: Options = {}) {
  const input = new FakeInput()
  const output = new FakeOutput(columns, rows)
  const host = scriptedHost(script)
  const ended = runWizard(host, {
    stdin: input,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: new FakeOutput() as unknown as NodeJS.WriteStream,
    ...options,
  })
  ended.catch(() => {})
  running.push({ended, input})
  const finish = async () => {
    const result = await ended
    // What the emulator has not drawn yet.
    await setImmediate()
    return result
  }
  return {input, output, host, ended, finish, shows: output.shows.bind(output)}
}

const remediate = (script: Script = {}, options: Options = {}) => run({mode: 'remediate', ...script}, options)

describe('keys that arrive in one chunk', () => {
  test('Down and Enter choose what is highlighted, not what was', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write(`${KEY.down}${KEY.enter}`)
    await shows('Source server', 'Region eu-west-2')
  })

  test('Down and Enter in a choice take the second', async () => {
    const {input, shows, host} = remediate()
    await shows('Findings')
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.enter)
    await shows('❯ No, change nothing')
    input.write(`${KEY.down}${KEY.enter}`)
    await shows('Repair finished')
    expect(host.calls).toContain('applyPlan drs-443,drs-1500')
  })

  test('text and Enter fill a field and submit it', async () => {
    const {input, shows, host} = run({initial: {answered: new Set(['region'])}})
    await shows('May read')
    input.write(`${KEY.enter}10.20.0.0/24${KEY.enter}10.20.0.15x${KEY.backspace}${KEY.enter}`)
    await shows('Findings')
    expect(host.calls[0]).toContain('"stagingSubnet":"10.20.0.0/24","replicationServer":"10.20.0.15"')
  })

  test('a whole way through works as type-ahead', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write('tokyo\r')
    await shows('May read', 'Region ap-northeast-1')
    input.write('\r\r\r')
    await shows('Findings')
  })
})

describe('pasted text', () => {
  const paste = (text: string) => `\u001B[200~${text}\u001B[201~`

  test('goes into a field as one line, and submits nothing', async () => {
    const {input, output, shows} = run({initial: {answered: new Set(['region'])}})
    await shows('May read')
    input.write(KEY.enter)
    await shows('Where the data goes')
    expect(output.written).toContain('\u001B[?2004h')
    input.write(paste('10.20.0.0/24\r\n'))
    await shows('10.20.0.0/24', 'Enter next')
  })

  test('filters Regions', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write(paste('ap-south-1\n'))
    await shows('Filter: ap-south-1', '❯ ap-south-1')
  })

  test('is no key anywhere else', async () => {
    const {input, shows, host} = remediate()
    await shows('Findings')
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.enter)
    await shows('❯ No, change nothing')
    input.write(paste('y'))
    input.write(KEY.enter)
    await shows('Repair plan')
    expect(host.calls).toHaveLength(1)
  })
})

describe('the end', () => {
  test('Enter on the summary finishes; the frame is cleared for the report, and the terminal is as before', async () => {
    const {input, output, shows, finish} = remediate({findings: HEALTHY})
    await shows('Findings')
    input.write(KEY.enter)
    await shows('Agent installer')
    input.write(KEY.enter)
    await shows('Enter finish')
    expect(input.raw).toBe(true)
    input.write(KEY.enter)
    const result = await finish()
    expect(result).toMatchObject({finished: true, answers: {region: 'eu-west-1'}})
    expect(result.session.checks.size).toBe(9)
    expect(output.screen).toBe('')
    expect(input.raw).toBe(false)
    expect(input.listenerCount('data')).toBe(0)
    expect(input.isPaused()).toBe(true)
    expect(output.written.lastIndexOf('\u001B[?25h')).toBeGreaterThan(
      output.written.lastIndexOf('\u001B[?25l'),
    )
    expect(output.written.lastIndexOf('\u001B[?2004l')).toBeGreaterThan(
      output.written.lastIndexOf('\u001B[?2004h'),
    )
  })

  test('q and y leave, with what is known so far', async () => {
    const {input, shows, finish} = remediate()
    await shows('Findings')
    input.write('qy')
    expect(await finish()).toMatchObject({finished: false})
  })

  test.each([
    ['at a question', 'Region', {}],
    ['during the checks', 'RUN   Operating system', {mode: 'remediate', pace: new Gate().pass}],
    ['at the findings', 'Findings', {mode: 'remediate'}],
  ] as const)('Ctrl-C ends with 130: %s', async (_, screen, script) => {
    const {input, output, shows, ended, host} = run(script)
    await shows(screen)
    input.write(KEY.ctrlC)
    await expect(ended).rejects.toMatchObject({name: 'Interrupted', exitCode: EXIT.interrupted})
    expect(input.raw).toBe(false)
    expect(output.screen).toContain(screen)
    expect(host.signals.filter(({aborted}) => !aborted)).toEqual([])
  })

  test('Ctrl-C works inside a text field and while the question to leave is open', async () => {
    const first = run({initial: {answered: new Set(['region'])}})
    await first.shows('May read')
    first.input.write(`${KEY.enter}abc${KEY.ctrlC}`)
    await expect(first.ended).rejects.toThrow(Interrupted)
    const second = remediate()
    await second.shows('Findings')
    second.input.write(`q${KEY.ctrlC}`)
    await expect(second.ended).rejects.toThrow(Interrupted)
  })

  test('the end of input is a hang-up', async () => {
    const {input, shows, ended} = run()
    await shows('Region')
    input.end()
    await expect(ended).rejects.toMatchObject({name: 'Interrupted', exitCode: EXIT.hangUp})
  })

  test('an aborted signal ends with its reason', async () => {
    const controller = new AbortController()
    const {shows, ended} = run({}, {signal: controller.signal})
    await shows('Region')
    const reason = new Interrupted('SIGTERM')
    controller.abort(reason)
    await expect(ended).rejects.toBe(reason)
  })

  test('an error of the host ends the wizard with it', async () => {
    const {ended} = remediate({pace: () => Promise.reject(new Error('no journal'))})
    await expect(ended).rejects.toThrow('no journal')
  })
})

describe('interrupting a repair', () => {
  const toRepair = async (options: Options = {}) => {
    const gate = new Gate()
    let pace = () => Promise.resolve()
    const wizard = remediate({pace: () => pace()}, options)
    await wizard.shows('Findings')
    pace = gate.pass
    wizard.input.write(KEY.enter)
    await wizard.shows('Repair plan')
    wizard.input.write(KEY.enter)
    await wizard.shows('Apply these changes?')
    wizard.input.write('y')
    await wizard.shows('RUN   Accept TCP 443')
    return {...wizard, gate}
  }

  test('waits until the change under way is taken back', async () => {
    const {input, shows, ended, gate, output} = await toRepair()
    const settled = vi.fn()
    ended.then(settled, settled)
    input.write(KEY.ctrlC)
    await shows('Stopping: taking back the change under way')
    expect(settled).not.toHaveBeenCalled()
    gate.open()
    await expect(ended).rejects.toMatchObject({exitCode: EXIT.interrupted})
    expect(output.screen).toContain('BACK  Accept TCP 443')
  })

  test('a second Ctrl-C does not wait', async () => {
    const {input, shows, ended} = await toRepair()
    input.write(KEY.ctrlC)
    await shows('Ctrl-C leave at once')
    input.write(KEY.ctrlC)
    await expect(ended).rejects.toMatchObject({exitCode: EXIT.interrupted})
  })

  test('a signal waits too, and its reason is kept', async () => {
    const controller = new AbortController()
    const {shows, ended, gate} = await toRepair({signal: controller.signal})
    controller.abort(new Interrupted('SIGHUP'))
    await shows('Stopping')
    gate.open()
    await expect(ended).rejects.toMatchObject({exitCode: EXIT.hangUp})
  })
})

describe('on the terminal', () => {
  test('frames replace one another: nothing piles up in the scrollback', async () => {
    const {input, output, shows} = run({mode: 'remediate'}, {columns: 40, rows: 12})
    await shows('Findings')
    for (let round = 0; round < 8; round++) input.write(KEY.down)
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.right)
    await shows('back to the list')
    expect(output.emulator.buffer.active.length).toBe(12)
    expect(output.lines.length).toBeLessThan(12)
  })

  test('a CI variable in the shell does not silence the wizard', async () => {
    vi.stubEnv('CI', 'true')
    vi.stubEnv('CONTINUOUS_INTEGRATION', '')
    await run().shows('❯ eu-west-1')
  })

  test('what somebody writes to the console does not tear the frame', async () => {
    const {shows, output} = run()
    await shows('❯ eu-west-1')
    terminalConsole.log('stray line')
    await shows('stray line')
    expect(output.lines.filter(line => line.includes('Suggested by AWS_REGION'))).toHaveLength(1)
    expect(output.lines[0]).toBe('stray line')
  })

  test('a screen reader gets words: no spinner, no glyphs, no moving times', async () => {
    const gate = new Gate()
    const {output, shows} = remediate({pace: gate.pass, findings: BLOCKED}, {accessible: true})
    await shows('RUN: Operating system')
    expect(output.screen).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏✔✘❯]|0\.0 s/)
    gate.open()
    await shows('FAIL: Host firewall, TCP 443 out', '(highlighted)')
  })
})
