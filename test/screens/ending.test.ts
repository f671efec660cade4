import {afterEach, describe, expect, test, vi} from 'vitest'
import {Interrupted} from '../../src/contract/errors.ts'
import {EXIT} from '../../src/contract/exit-codes.ts'
import {Gate} from './gate.ts'
import {HEALTHY} from './scripted-findings.ts'
import {KEY} from './walk.tsx'
import {WAYS} from './ways.ts'
import {endAll, remediate, run, type TerminalOptions} from './wizard-on-terminal.ts'

afterEach(endAll)

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

  test.each([
    ['explanation', 'Help: Staging area subnet'],
    ['full report', 'Row 1 of the report'],
    ['summary, choosing a format', '❯ Markdown'],
    ['summary, saving', 'File to write'],
    ['summary, a file that is there', 'Replace it?'],
  ])('Ctrl-C ends with 130: %s', async (name, shown) => {
    const {script, way} = WAYS[name] ?? {script: {}, way: []}
    const {input, shows, ended} = run(script)
    for (const [wanted, ...keys] of way) {
      await shows(wanted)
      for (const key of keys) input.write(key in KEY ? KEY[key as keyof typeof KEY] : key)
    }
    await shows(shown)
    input.write(KEY.ctrlC)
    await expect(ended).rejects.toMatchObject({exitCode: EXIT.interrupted})
    expect(input.raw).toBe(false)
  })

  test('Ctrl-C works inside a text field and while the question to leave is open', async () => {
    const first = run({initial: {answered: new Set(['region'])}})
    await first.shows('Can read')
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
  const toRepair = async (options: TerminalOptions = {}) => {
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

  test('waits until the change under way is reverted', async () => {
    const {input, shows, ended, gate, output} = await toRepair()
    const settled = vi.fn()
    ended.then(settled, settled)
    input.write(KEY.ctrlC)
    await shows('Stopping: reverting the current change')
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

  test('a lost connection, which is a signal and the end of input at once, waits too', async () => {
    const controller = new AbortController()
    const {shows, ended, gate, input, output} = await toRepair({signal: controller.signal})
    controller.abort(new Interrupted('SIGHUP'))
    input.end()
    await shows('Stopping')
    gate.open()
    await expect(ended).rejects.toMatchObject({exitCode: EXIT.hangUp})
    expect(output.screen).toContain('BACK  Accept TCP 443')
  })
})
