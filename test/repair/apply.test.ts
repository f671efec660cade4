import {mkdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {Interrupted} from '../../src/contract/errors.ts'
import type {Remedy, Step} from '../../src/contract/remedy.ts'
import type {Event} from '../../src/engine/events.ts'
import {type RunCommand, runCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import {openJournal, readJournal} from '../../src/repair/journal/journal.ts'
import {entryPath} from '../../src/repair/journal/open-entry.ts'
import type {Recheck} from '../../src/repair/prove.ts'
import {collect, FAILING, markStep, marks, remedyOf, temporaryDirectory} from './marks.ts'

// These tests are about what is done with steps, whatever those are: marks that any machine can make and remove.
vi.mock(import('../../src/firewall/plan/grammar/forms.ts'), async original => ({
  ...(await original()),
  misfitOf: () => null,
}))

const helped: Recheck = async () => ({helped: true, reason: 'It answers.'})
const didNotHelp: Recheck = async () => ({helped: false, reason: 'Still no answer.'})

async function scene() {
  const [host, state] = await Promise.all([temporaryDirectory(), temporaryDirectory()])
  const journal = await openJournal(state)
  const apply = (
    remedies: readonly Remedy[],
    {recheck = helped, signal = new AbortController().signal, run = runCommand as RunCommand} = {},
  ) => applyRemedies({remedies, journal, runCommand: run, recheck, signal})
  return {
    host,
    state,
    journal,
    apply,
    step: (name: string, change?: Partial<Step>) => markStep(host, name, change),
  }
}

const told = (events: readonly Event[]) =>
  events.flatMap(event => (event.type === 'step-finished' ? [`${event.index} ${event.result}`] : []))

const results = (events: readonly Event[]) =>
  events.flatMap(event => (event.type === 'remedy-finished' ? [event.applied] : []))

describe('applyRemedies', () => {
  it('keeps a remedy that helped, and records it', async () => {
    const {host, state, apply, step} = await scene()
    const events = await collect(apply([remedyOf([step('a'), step('b')])]))
    expect(await marks(host)).toEqual(['a', 'b'])
    expect(events.map(({type}) => type)).toEqual([
      'remedy-started',
      'step-started',
      'step-finished',
      'step-started',
      'step-finished',
      'remedy-finished',
    ])
    const [applied] = results(events)
    expect(applied).toMatchObject({
      remedy: 'open-443-00000000',
      result: 'kept',
      reason: null,
      persists: false,
    })
    expect(await readJournal(state)).toMatchObject([
      {id: applied?.id, result: 'kept', steps: ['done', 'done'], process: {pid: process.pid}},
    ])
  })

  it('undoes a remedy that did not help, last step first', async () => {
    const {host, state, apply, step} = await scene()
    const events = await collect(apply([remedyOf([step('a'), step('a/b')])], {recheck: didNotHelp}))
    expect(await marks(host)).toEqual([])
    expect(told(events)).toEqual(['0 done', '1 done', '1 undone', '0 undone'])
    expect(results(events)).toMatchObject([{result: 'rolled-back', reason: 'Still no answer.'}])
    expect(await readJournal(state)).toMatchObject([{result: 'rolled-back', steps: ['undone', 'undone']}])
  })

  it.each([
    [true, false, 'kept'],
    [false, false, 'rolled-back'],
    [true, true, 'kept'],
    [false, true, 'failed'],
  ])(
    'tells which connections showed it (helped: %s, in place before: %s)',
    async (isHelp, isThere, result) => {
      const {host, apply, step} = await scene()
      if (isThere) await mkdir(join(host, 'a'))
      const probes = [{to: '192.0.2.1:443', outcome: isHelp ? 'answered' : 'silent'}] as const
      const recheck: Recheck = async () => ({helped: isHelp, reason: 'Measured.', probes})
      const events = await collect(apply([remedyOf([step('a')])], {recheck}))
      expect(results(events)).toMatchObject([{result, probes}])
    },
  )

  it('reports no connections where the rules alone were asked', async () => {
    const {apply, step} = await scene()
    const [applied] = results(await collect(apply([remedyOf([step('a')])])))
    expect(applied).not.toHaveProperty('probes')
  })

  it('keeps what is only there to be looked at out of the journal', async () => {
    const {state, apply, step} = await scene()
    const preview = [{of: 'chain OUTPUT', lines: ['@@ -0,0 +1 @@', '+a']}]
    const [applied] = results(await collect(apply([{...remedyOf([step('a')]), preview}])))
    const written = await readFile(entryPath(state, applied?.id ?? ''), 'utf8')
    expect(written).toContain('"remedy"')
    expect(written).not.toContain('preview')
  })

  it('undoes the done steps when one fails, and goes on with the next remedy', async () => {
    const {host, state, apply, step} = await scene()
    const broken = remedyOf([step('a'), step('b', {do: FAILING}), step('c')], 'broken')
    const events = await collect(apply([broken, remedyOf([step('d')], 'sound')]))
    expect(await marks(host)).toEqual(['d'])
    expect(told(events)).toEqual(['0 done', '1 failed', '0 undone', '0 done'])
    expect(results(events)).toMatchObject([
      {
        remedy: 'broken',
        result: 'failed',
        reason: expect.stringContaining('exit code 2: no chain of that name'),
      },
      {remedy: 'sound', result: 'kept'},
    ])
    expect(await readJournal(state)).toMatchObject([
      {steps: ['undone', 'undone', 'pending']},
      {steps: ['done']},
    ])
  })

  it('undoes a step that failed after it had its effect', async () => {
    const {host, apply, step} = await scene()
    const lying = step('a', {do: ['sh', '-c', `mkdir ${join(host, 'a')}; exit 1`]})
    const events = await collect(apply([remedyOf([lying])]))
    expect(await marks(host)).toEqual([])
    expect(told(events)).toEqual(['0 failed', '0 undone'])
  })

  it('leaves alone what was in place before', async () => {
    const {host, state, apply, step} = await scene()
    await mkdir(join(host, 'a'))
    const events = await collect(apply([remedyOf([step('a'), step('b')])], {recheck: didNotHelp}))
    expect(await marks(host)).toEqual(['a'])
    expect(told(events)).toEqual(['0 already-done', '1 done', '1 undone'])
    expect(await readJournal(state)).toMatchObject([{steps: ['already-done', 'undone']}])
  })

  it.each([
    {recheck: helped, result: 'kept', reason: null},
    {
      recheck: didNotHelp,
      result: 'failed',
      reason: 'It was already in place, and does not help: Still no answer.',
    },
  ])('records nothing where nothing had to be done ($result)', async ({recheck, result, reason}) => {
    const {host, state, apply, step} = await scene()
    await mkdir(join(host, 'a'))
    const events = await collect(apply([remedyOf([step('a')])], {recheck}))
    expect(await marks(host)).toEqual(['a'])
    expect(told(events)).toEqual(['0 already-done'])
    expect(results(events)).toMatchObject([{result, reason}])
    expect(await readJournal(state)).toEqual([])
  })

  it('changes nothing when it cannot tell whether a step is in place', async () => {
    const {host, state, apply, step} = await scene()
    const events = await collect(apply([remedyOf([step('a'), step('b', {alreadyDone: FAILING})])]))
    expect(await marks(host)).toEqual([])
    expect(results(events)).toMatchObject([
      {result: 'failed', reason: expect.stringMatching(/^Nothing was changed: /)},
    ])
    expect(await readJournal(state)).toEqual([])
  })

  it('says what to run by hand when a change cannot be reverted, and keeps it in the journal', async () => {
    const {host, state, apply, step} = await scene()
    const stuck = step('a', {undo: ['sh', '-c', 'exit 3']})
    const events = await collect(apply([remedyOf([stuck])], {recheck: didNotHelp}))
    expect(await marks(host)).toEqual(['a'])
    expect(results(events)).toMatchObject([
      {result: 'failed', reason: expect.stringContaining("run this command yourself: sh -c 'exit 3'")},
    ])
    expect(await readJournal(state)).toMatchObject([{result: 'failed', steps: ['undoing']}])
  })

  it('reverts a remedy whose re-check crashes, and passes the error on', async () => {
    const {host, state, apply, step} = await scene()
    const crash = new Error('socket limit')
    const recheck: Recheck = () => Promise.reject(crash)
    await expect(collect(apply([remedyOf([step('a')])], {recheck}))).rejects.toBe(crash)
    expect(await marks(host)).toEqual([])
    expect(await readJournal(state)).toMatchObject([{result: 'rolled-back', steps: ['undone']}])
  })

  describe('when the run is ended', () => {
    const reason = new Interrupted('SIGHUP')

    it('lets the command at work finish, reverts the remedy, and keeps those before it', async () => {
      const {host, state, apply, step} = await scene()
      const abort = new AbortController()
      const run: RunCommand = (command, limits) => {
        if (command[0] === 'mkdir' && command[1] === join(host, 'b')) abort.abort(reason)
        return runCommand(command, limits)
      }
      const events: Event[] = []
      const consume = async () => {
        const remedies = [
          remedyOf([step('k')], 'first'),
          remedyOf([step('a'), step('b'), step('c')], 'second'),
        ]
        for await (const event of apply(remedies, {run, signal: abort.signal})) events.push(event)
      }
      await expect(consume()).rejects.toBe(reason)
      expect(await marks(host)).toEqual(['k'])
      expect(told(events)).toEqual(['0 done', '0 done', '1 done', '1 undone', '0 undone'])
      expect(results(events)).toMatchObject([
        {remedy: 'first', result: 'kept'},
        {remedy: 'second', result: 'rolled-back', reason: 'The run was interrupted.'},
      ])
      expect((await readJournal(state)).map(({result}) => result)).toEqual(['kept', 'rolled-back'])
    })

    it('does not wait for a re-check that hangs', async () => {
      const {host, apply, step} = await scene()
      const abort = new AbortController()
      const recheck: Recheck = () => {
        abort.abort(reason)
        return new Promise(() => {})
      }
      await expect(collect(apply([remedyOf([step('a')])], {recheck, signal: abort.signal}))).rejects.toBe(
        reason,
      )
      expect(await marks(host)).toEqual([])
    })

    it.each(['remedy-started', 'step-started', 'step-finished'])(
      'reverts the remedy when the reader leaves at %s',
      async type => {
        const {host, state, apply, step} = await scene()
        for await (const event of apply([remedyOf([step('a'), step('b')])])) if (event.type === type) break
        expect(await marks(host)).toEqual([])
        expect((await readJournal(state)).filter(({result}) => result !== 'rolled-back')).toEqual([])
      },
    )
  })
})
