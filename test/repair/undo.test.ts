import {readFile, rmdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {listAsJson, listAsText, standingChange} from '../../src/commands/undo/print.ts'
import {UserError} from '../../src/contract/errors.ts'
import type {Remedy} from '../../src/contract/remedy.ts'
import {runCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import {openJournal, readJournal} from '../../src/repair/journal/journal.ts'
import {listUndoable, recoverInterrupted, selectUndoable} from '../../src/repair/journal/undoable.ts'
import {lookAtStanding} from '../../src/repair/look-at-standing.ts'
import {undoEntries} from '../../src/repair/undo.ts'
import {collect, markStep, marks, remedyOf, temporaryDirectory} from './marks.ts'

// These tests are about what is done with steps, whatever those are: marks that any machine can make and remove.
vi.mock(import('../../src/firewall/plan/grammar/forms.ts'), async original => ({
  ...(await original()),
  misfitOf: () => null,
}))

const signal = new AbortController().signal

async function scene() {
  const [host, state] = await Promise.all([temporaryDirectory(), temporaryDirectory()])
  const step = (name: string, change = {}) => markStep(host, name, change)
  /** One run that keeps these remedies. */
  const fix = async (...remedies: Remedy[]) => {
    const journal = await openJournal(state)
    const recheck = async () => ({helped: true, reason: ''})
    await collect(applyRemedies({remedies, journal, runCommand, recheck, signal}))
    return journal.runId
  }
  const undo = async (id: string | null) => {
    const entries = await selectUndoable(state, id)
    return collect(undoEntries({entries, journal: await openJournal(state), runCommand, signal}))
  }
  return {host, state, step, fix, undo}
}

/** Changes the newest entry's file, as a crash, a reboot or another release would have left it. */
async function rewriteEntry(
  state: string,
  change: (entry: Record<string, unknown>) => unknown,
): Promise<string> {
  const entry = (await readJournal(state)).at(-1)
  const path = join(state, 'journal', `${entry?.id}.json`)
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))))
  return path
}

const afterReboot = (entry: Record<string, unknown>) => ({
  ...entry,
  process: {pid: 1, startTicks: '1', bootId: 'another boot'},
})

const outcomes = (events: Awaited<ReturnType<Awaited<ReturnType<typeof scene>>['undo']>>) =>
  events.flatMap(event => {
    if (event.type === 'undo-step-finished') return [`${event.index} ${event.result.outcome}`]
    return event.type === 'undo-finished' ? [event.result] : []
  })

describe('undo', () => {
  it('reverts everything of the last run, newest first, last step first', async () => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('earlier')], 'r1'))
    await fix(remedyOf([step('a'), step('a/b')], 'r2'), remedyOf([step('c'), step('c/d')], 'r3'))
    const events = await undo(null)
    expect(
      events.filter(({type}) => type === 'undo-started').map(event => 'remedy' in event && event.remedy.id),
    ).toEqual(['r3', 'r2'])
    expect(outcomes(events)).toEqual(['1 undone', '0 undone', 'undone', '1 undone', '0 undone', 'undone'])
    expect(await marks(host)).toEqual(['earlier'])
    await undo(null)
    expect(await marks(host)).toEqual([])
    expect(await listUndoable(state)).toEqual([])
    expect(await undo(null)).toEqual([])
  })

  it('takes a run, an entry or a remedy by its id', async () => {
    const {host, state, step, fix, undo} = await scene()
    const run = await fix(remedyOf([step('a')], 'r1'), remedyOf([step('b')], 'r2'))
    await fix(remedyOf([step('c')], 'r3'), remedyOf([step('d')], 'r4'))
    const [newest] = await listUndoable(state)
    expect(newest).toMatchObject({state: 'kept', rebooted: false, entry: {remedy: {id: 'r4'}}})
    await undo(newest?.entry.id ?? null)
    await undo('r3')
    expect(await marks(host)).toEqual(['a', 'b'])
    await undo(run)
    expect(await marks(host)).toEqual([])
    expect(await undo('r3')).toEqual([])
  })

  it('names what can be undone when the id is unknown', async () => {
    const {state, step, fix} = await scene()
    const run = await fix(remedyOf([step('a')], 'r1'))
    await expect(selectUndoable(state, 'r9')).rejects.toThrow(
      `No change with id "r9". These can be undone: ${run}-01 (r1).`,
    )
    await expect(selectUndoable(join(state, 'absent'), 'r9')).rejects.toThrow(
      'No change with id "r9". Nothing to undo.',
    )
  })

  it('reports what somebody else has removed, without an error', async () => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('a'), step('b')]))
    await rmdir(join(host, 'a'))
    expect(outcomes(await undo(null))).toEqual(['1 undone', '0 already-removed', 'undone'])
    expect(await listUndoable(state)).toEqual([])
  })

  it('leaves alone what was in place before the run', async () => {
    const {host, step, fix, undo} = await scene()
    await fix(remedyOf([step('a')]))
    await fix(remedyOf([step('a'), step('b')]))
    expect(outcomes(await undo(null))).toEqual(['1 undone', 'undone'])
    expect(await marks(host)).toEqual(['a'])
  })

  it('goes on after a step that fails, says what to run by hand, and offers the rest again', async () => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('a'), step('b', {undo: ['sh', '-c', 'exit 4']})]))
    const events = await undo(null)
    expect(outcomes(events)).toEqual(['1 failed', '0 undone', 'failed'])
    expect(events).toContainEqual(
      expect.objectContaining({result: expect.objectContaining({byHand: ['sh', '-c', 'exit 4']})}),
    )
    expect(await marks(host)).toEqual(['b'])
    expect(await listUndoable(state)).toMatchObject([{entry: {steps: ['undone', 'undoing']}}])
    await rmdir(join(host, 'b'))
    expect(outcomes(await undo(null))).toEqual(['1 already-removed', 'undone'])
  })

  it.each([
    {persists: false, there: false, said: '0 gone-since-reboot'},
    {persists: false, there: true, said: '0 undone'},
    {persists: true, there: true, said: '0 undone'},
    {persists: true, there: false, said: '0 already-removed'},
  ])('after a reboot: persists $persists, there $there: $said', async ({persists, there, said}) => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('a', {persists})]))
    await rewriteEntry(state, afterReboot)
    if (!there) await rmdir(join(host, 'a'))
    expect(await listUndoable(state)).toMatchObject([{rebooted: true}])
    expect(outcomes(await undo(null))).toEqual([said, 'undone'])
    expect(await marks(host)).toEqual([])
    expect(await listUndoable(state)).toEqual([])
  })

  it.each<[name: string, left: readonly string[], rebooted: boolean, says: RegExp, json: object]>([
    ['all is there', ['a', 'b'], false, /, in place$/m, {inPlace: 'all', lostAt: null}],
    ['all is there after a reboot', ['a', 'b'], true, /, in place$/m, {inPlace: 'all', lostAt: null}],
    ['somebody has removed it', [], false, /, no longer in place$/m, {inPlace: 'none', lostAt: null}],
    [
      'somebody has removed a part',
      ['b'],
      false,
      /, partly in place, the rest no longer in place$/m,
      {inPlace: 'part', lostAt: null},
    ],
    [
      'a reboot has lost it',
      [],
      true,
      /, lost at the reboot of \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m,
      {inPlace: 'none', lostAt: expect.stringMatching(/^\d{4}-.*Z$/)},
    ],
    [
      'a reboot has lost a part',
      ['b'],
      true,
      /, partly in place, the rest lost at the reboot of \d{4}-/m,
      {inPlace: 'part', lostAt: expect.stringMatching(/^\d{4}-.*Z$/)},
    ],
  ])('is listed as the host has it: %s', async (_name, left, rebooted, says, json) => {
    const {host, state, step, fix} = await scene()
    await fix(remedyOf([step('a'), step('b', {persists: true})]))
    if (rebooted) await rewriteEntry(state, afterReboot)
    for (const name of ['a', 'b']) if (!left.includes(name)) await rmdir(join(host, name))
    const seen = await lookAtStanding(await listUndoable(state), runCommand)
    expect(listAsText(seen, 'posix')).toMatch(says)
    expect(JSON.parse(listAsJson(seen))).toMatchObject([{state: 'kept', rebooted, ...json}])
    expect(standingChange(seen[0] ?? expect.unreachable(), 'posix').condition).toMatch(/in place|lost/)
  })

  it('is listed as the journal has it where the host does not tell', async () => {
    const {state, step, fix} = await scene()
    await fix(remedyOf([step('a', {alreadyDone: null, persists: true})]))
    const asked = async () => listAsText(await lookAtStanding(await listUndoable(state), runCommand), 'posix')
    expect(await asked()).toMatch(/, in place$/m)
    await rewriteEntry(state, afterReboot)
    expect(await asked()).toMatch(/, in place, before the last reboot$/m)
  })

  it('is not asked for while a run is changing it', async () => {
    const {state, step, fix} = await scene()
    await fix(remedyOf([step('a')]))
    await rewriteEntry(state, entry => ({...entry, result: null}))
    const ask = vi.fn(runCommand)
    expect(await lookAtStanding(await listUndoable(state), ask)).toMatchObject([{inPlace: null}])
    expect(ask).not.toHaveBeenCalled()
  })

  it.each(['doing', 'done', 'undoing'])('recovers from a run that died at `%s`', async at => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('a'), step('b')]))
    await rewriteEntry(state, entry => ({
      ...entry,
      result: null,
      steps: ['done', at],
      process: {pid: 2 ** 22 + 1, startTicks: '1', bootId: null},
    }))
    expect(await recoverInterrupted(state)).toMatchObject([{remedy: {id: 'open-443-00000000'}}])
    expect(outcomes(await undo(null))).toEqual(['1 undone', '0 undone', 'undone'])
    expect(await marks(host)).toEqual([])
    expect(await recoverInterrupted(state)).toEqual([])
  })

  const dead = {pid: 2 ** 22 + 1, startTicks: '1', bootId: null}
  const interrupted = (entry: Record<string, unknown>) => ({
    ...entry,
    result: null,
    steps: ['done', 'doing'],
    process: dead,
  })

  it('recovers all that an interrupted run has changed, also what it had kept, and nothing of other runs', async () => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('earlier')], 'r1'))
    await fix(remedyOf([step('a')], 'r2'), remedyOf([step('b'), step('c')], 'r3'))
    await rewriteEntry(state, interrupted)
    const recovered = await recoverInterrupted(state)
    expect(recovered.map(({remedy, result}) => [remedy.id, result])).toEqual([
      ['r3', null],
      ['r2', 'kept'],
    ])
    expect(await selectUndoable(state, null)).toEqual(recovered)
    await undo(null)
    expect(await marks(host)).toEqual(['earlier'])
    expect(await recoverInterrupted(state)).toEqual([])
  })

  it('recovers the same when the undo of it is interrupted, or the first entry alone was undone', async () => {
    const {host, state, step, fix, undo} = await scene()
    await fix(remedyOf([step('a')], 'r2'), remedyOf([step('b'), step('c')], 'r3'))
    await rewriteEntry(state, entry => ({...interrupted(entry), undoneBy: dead, steps: ['done', 'undoing']}))
    expect((await recoverInterrupted(state)).map(({remedy}) => remedy.id)).toEqual(['r3', 'r2'])
    await undo('r2')
    expect((await recoverInterrupted(state)).map(({remedy}) => remedy.id)).toEqual(['r3'])
    await undo(null)
    expect(await marks(host)).toEqual([])
  })

  it('recovers of an interrupted undo what that was meant for, not the rest of its run', async () => {
    const {state, step, fix} = await scene()
    await fix(remedyOf([step('a')], 'r2'), remedyOf([step('b')], 'r3'))
    await rewriteEntry(state, entry => ({...entry, undoneBy: dead, steps: ['undoing']}))
    expect((await recoverInterrupted(state)).map(({remedy}) => remedy.id)).toEqual(['r3'])
  })

  it('does not touch the entry of a run that is at work', async () => {
    const {state, step, fix} = await scene()
    await fix(remedyOf([step('a')]))
    await rewriteEntry(state, entry => ({...entry, result: null}))
    expect(await listUndoable(state)).toMatchObject([{state: 'running'}])
    expect(await recoverInterrupted(state)).toEqual([])
    expect(await selectUndoable(state, null)).toEqual([])
  })
})

describe('a journal that cannot be understood', () => {
  it.each([
    ['no object', () => 'text', /^The journal .* is invalid \(/],
    ['another shape', () => ({schemaVersion: 1}), /it is not a journal entry/],
    ['a step too few', (entry: object) => ({...entry, steps: []}), /its steps do not match/],
    ['a newer release', () => ({schemaVersion: 2}), /written by a newer drs-onboard \(format version 2\)/],
  ])('%s: names the file and changes nothing', async (_name, change, message) => {
    const {host, state, step, fix} = await scene()
    await fix(remedyOf([step('a')]))
    const path = await rewriteEntry(state, change)
    for (const read of [listUndoable, recoverInterrupted, () => selectUndoable(state, null)]) {
      const error = await read(state).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(UserError)
      expect(error).toMatchObject({exitCode: 2, message: expect.stringMatching(message)})
      expect(error).toMatchObject({message: expect.stringContaining(path)})
    }
    expect(await marks(host)).toEqual(['a'])
  })

  it('passes over a file that a crash left half-written', async () => {
    const {state, step, fix} = await scene()
    await fix(remedyOf([step('a')]))
    await writeFile(join(state, 'journal', 'x.json.tmp'), '{')
    expect(await listUndoable(state)).toHaveLength(1)
  })
})
