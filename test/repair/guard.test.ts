import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it, vi} from 'vitest'
import type {Remedy} from '../../src/contract/remedy.ts'
import type {Event} from '../../src/engine/events.ts'
import {runCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import type {Guard} from '../../src/repair/guard.ts'
import {openJournal, readJournal} from '../../src/repair/journal/journal.ts'
import type {Recheck} from '../../src/repair/prove.ts'
import {collect, markStep, remedyOf, temporaryDirectory} from './marks.ts'

// These tests are about what is done with steps, whatever those are: marks that any machine can make and remove.
vi.mock(import('../../src/firewall/plan/grammar/forms.ts'), async original => ({
  ...(await original()),
  misfitOf: () => null,
}))

/** Applies one remedy under a guard that looks at the journal and the host as it is armed. */
async function scene(risk: Remedy['risk'] = 'disruptive') {
  const [host, state] = await Promise.all([temporaryDirectory(), temporaryDirectory()])
  const journal = await openJournal(state)
  const armed: unknown[] = []
  const apply = (recheck: Recheck, refusal: string | null = null, confirmWithinMs = 60_000) => {
    const guard: Guard = {
      confirmWithinMs,
      async arm(id) {
        armed.push({id, changed: existsSync(join(host, 'a')), entries: await readJournal(state)})
        return refusal
      },
    }
    const remedies = [{...remedyOf([markStep(host, 'a')]), risk}]
    const {signal} = new AbortController()
    return collect(applyRemedies({remedies, journal, runCommand, recheck, guard, signal}))
  }
  return {state, armed, apply, isChanged: () => existsSync(join(host, 'a'))}
}

const helps: Recheck = async () => ({helped: true, reason: ''})
const applied = (events: readonly Event[]) =>
  events.flatMap(event => (event.type === 'remedy-finished' ? [event.applied] : []))

it('is armed before the first step, when the journal tells until when to confirm', async () => {
  const {state, armed, apply, isChanged} = await scene()
  const [{id} = {id: ''}] = applied(await apply(helps))
  expect(armed).toMatchObject([{id, changed: false, entries: [{id, confirmBy: expect.any(String)}]}])
  expect(isChanged()).toBe(true)
  expect(await readJournal(state)).toMatchObject([{result: 'kept', confirmed: true}])
})

it('is left out for an additive remedy', async () => {
  const {armed, apply} = await scene('additive')
  expect(applied(await apply(helps))).toMatchObject([{result: 'kept'}])
  expect(armed).toEqual([])
})

it('keeps a remedy from being applied when it cannot be armed', async () => {
  const {state, apply, isChanged} = await scene()
  const events = await apply(helps, 'the watch could not be started')
  expect(applied(events)).toMatchObject([
    {result: 'failed', reason: 'Nothing was changed: the watch could not be started.'},
  ])
  expect(events.map(({type}) => type)).not.toContain('step-started')
  expect(isChanged()).toBe(false)
  expect(await readJournal(state)).toMatchObject([{result: 'failed', steps: ['pending']}])
})

it('bounds the proof: a remedy that is late is reverted, and the run goes on', async () => {
  const {state, apply, isChanged} = await scene()
  const events = await apply(() => new Promise(() => {}), null, 1)
  expect(applied(events)).toMatchObject([{result: 'rolled-back', reason: 'Not verified within 0.001 s.'}])
  expect(isChanged()).toBe(false)
  expect(await readJournal(state)).toMatchObject([{result: 'rolled-back'}])
})
