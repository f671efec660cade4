import {existsSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import type {Check, HostReader} from '../../src/checks/check.ts'
import {finding} from '../../src/checks/finding.ts'
import type {Remedy} from '../../src/contract/remedy.ts'
import {EMPTY_SESSION, findingsOf, reduce, type Session} from '../../src/engine/session.ts'
import {openJournal} from '../../src/repair/journal/journal.ts'
import {repairAndCheck} from '../../src/repair/repair-run.ts'
import {contextOf} from '../checks/path/context.ts'
import {collect, markStep, remedyOf, temporaryDirectory} from './marks.ts'

// These tests are about what is done with steps, whatever those are: marks that any machine can make and remove.
vi.mock(import('../../src/firewall/plan/grammar/forms.ts'), async original => ({
  ...(await original()),
  misfitOf: () => null,
}))

type Situation = {
  /** Whether the connection is open, given the marks that are there. */
  readonly open: (has: (mark: string) => boolean) => boolean
  /** The remedy that the check offers while it is not. */
  readonly offer: (directory: string) => Remedy | readonly Remedy[]
  /** Addresses that the check judges at its first, second, … run. */
  readonly addresses?: readonly (readonly string[])[]
}

/** Runs a check for what it offers, and repairs what was offered at first. */
async function repair(
  situation: Situation,
  meanwhile: (directory: string) => Promise<void> = async () => {},
) {
  const directory = await temporaryDirectory()
  const state = await temporaryDirectory()
  let runs = 0
  const check: Check = {
    id: 'firewall-443',
    needs: [],
    needsRegion: false,
    timeoutMs: () => null,
    async run() {
      const addresses = situation.addresses?.[Math.min(runs, situation.addresses.length - 1)] ?? [
        '52.95.110.1',
      ]
      runs += 1
      const evidence = {addresses}
      if (situation.open(mark => existsSync(join(directory, mark)))) {
        return [finding('firewall-443', 'ok', {summary: 'open', evidence})]
      }
      return [
        finding('firewall-443', 'firewall.drop', {
          summary: 'rule 1 drops it',
          evidence,
          remedies: [situation.offer(directory)].flat(),
        }),
      ]
    },
  }
  const {options, endpoints, reader} = contextOf()
  const quiet: HostReader = {
    ...reader,
    privileges: async () => ({elevated: true, user: 'root', sudoInstalled: false}),
    firewallFacts: async () => ({manager: null, engines: [], alsoWrittenBy: []}),
    withRulesReadAgain: () => quiet,
  }
  const before = await check.run({...contextOf(), reader: quiet})
  const remedies = before.flatMap(found => found.remedies)
  await meanwhile(directory)
  const journal = await openJournal(state)
  const events = await collect(
    repairAndCheck(
      {
        run: {checks: [check], options, endpoints, reader: quiet},
        plan: {remedies},
        remedies,
        findings: before,
        journal,
        guard: {confirmWithinMs: 60_000, arm: async () => null},
      },
      new AbortController().signal,
    ),
  )
  const session: Session = events.reduce(reduce, {...EMPTY_SESSION, plan: {remedies}})
  return {directory, session, events, applied: session.applied.map(({result}) => result)}
}

const offerMark = (directory: string) => remedyOf([markStep(directory, 'accept')])

test('keeps a remedy after which its check passes, and checks again', async () => {
  const {directory, session, applied} = await repair({open: has => has('accept'), offer: offerMark})
  expect(applied).toEqual(['kept'])
  expect(existsSync(join(directory, 'accept'))).toBe(true)
  expect(findingsOf(session).map(({code}) => code)).toEqual(['ok'])
  expect(session.plan?.remedies).toHaveLength(1)
})

test('reverts a remedy that does not help, and says why', async () => {
  const {directory, session, applied} = await repair({open: () => false, offer: offerMark})
  expect(applied).toEqual(['rolled-back'])
  expect(session.applied[0]?.reason).toContain('rule 1 drops it')
  expect(existsSync(join(directory, 'accept'))).toBe(false)
})

test('does not take other addresses of the same name for a success', async () => {
  const {applied} = await repair({
    open: () => false,
    offer: offerMark,
    addresses: [['52.95.110.1'], ['52.95.110.1'], ['52.95.110.77']],
  })
  expect(applied).toEqual(['rolled-back'])
})

test('applies nothing where somebody has fixed it meanwhile', async () => {
  const {directory, applied} = await repair({open: has => has('elsewhere'), offer: offerMark}, directory =>
    mkdir(join(directory, 'elsewhere')).then(() => {}),
  )
  expect(applied).toEqual([])
  expect(existsSync(join(directory, 'accept'))).toBe(false)
})

const INSTEAD = 'open-443-11111111'

describe('where the rules have changed so that it takes another remedy', () => {
  const move = (directory: string) => mkdir(join(directory, 'moved')).then(() => {})
  /** Offers something else once the rules have changed. */
  const offering = (instead: (directory: string) => readonly Remedy[]) => (directory: string) =>
    existsSync(join(directory, 'moved')) ? instead(directory) : [offerMark(directory)]

  test('applies that, as what it is', async () => {
    const {directory, session, applied, events} = await repair(
      {
        open: has => has('smaller'),
        offer: offering(directory => [remedyOf([markStep(directory, 'smaller')], INSTEAD)]),
      },
      move,
    )
    expect(applied).toEqual(['kept'])
    expect(session.applied[0]?.remedy).toBe(INSTEAD)
    expect(session.plan?.remedies.map(({id}) => id)).toEqual([INSTEAD])
    expect(session.replaced?.get(INSTEAD)).toBe('Open TCP 443')
    expect(existsSync(join(directory, 'accept'))).toBe(false)
    const types = events.map(({type}) => type)
    expect(types.indexOf('remedy-replaced')).toBeLessThan(types.indexOf('remedy-started'))
  })

  test('reverts it where it does not help', async () => {
    const {directory, applied, session} = await repair(
      {open: () => false, offer: offering(there => [remedyOf([markStep(there, 'other')], INSTEAD)])},
      move,
    )
    expect(applied).toEqual(['rolled-back'])
    expect(session.applied[0]?.remedy).toBe(INSTEAD)
    expect(existsSync(join(directory, 'other'))).toBe(false)
  })

  test('applies nothing that overrides a rule that looks intentional, which nobody has confirmed', async () => {
    const {directory, session, applied} = await repair(
      {
        open: has => has('other'),
        offer: offering(there => [{...remedyOf([markStep(there, 'other')], INSTEAD), risk: 'disruptive'}]),
      },
      move,
    )
    expect(applied).toEqual(['failed'])
    expect(session.applied[0]?.reason).toMatch(
      /^Nothing was changed: .* overrides a rule that looks intentional/,
    )
    expect(existsSync(join(directory, 'other'))).toBe(false)
  })

  test('says so where nothing would help now', async () => {
    const {session, applied} = await repair({open: () => false, offer: offering(() => [])}, move)
    expect(applied).toEqual(['failed'])
    expect(session.applied[0]?.reason).toMatch(/^Nothing was changed: .* the new rules have no fix/)
  })

  test('gives up where they change every time', async () => {
    let count = 0
    const {applied, session} = await repair({
      open: () => false,
      offer: directory => {
        count += 1
        return [remedyOf([markStep(directory, `mark-${count}`)], `open-443-0000000${count}`)]
      },
    })
    expect(applied).toEqual(['failed'])
    expect(session.applied[0]?.reason).toContain('keeps changing the rules')
  })
})

test('follows a remedy whose place in the chain has moved', async () => {
  const {directory, applied} = await repair(
    {
      open: has => has('accept-2'),
      offer: directory =>
        remedyOf([markStep(directory, existsSync(join(directory, 'moved')) ? 'accept-2' : 'accept-1')]),
    },
    directory => mkdir(join(directory, 'moved')).then(() => {}),
  )
  expect(applied).toEqual(['kept'])
  expect(existsSync(join(directory, 'accept-1'))).toBe(false)
})

test('tries again what missed its place, since another rule went between the last look and the change', async () => {
  const {directory, applied} = await repair({
    open: has => has('accept-2'),
    offer(directory) {
      const [first, moved] = [join(directory, 'accept-1'), join(directory, 'moved')]
      if (existsSync(moved)) return remedyOf([markStep(directory, 'accept-2')])
      return remedyOf([markStep(directory, 'accept-1', {do: ['mkdir', first, moved]})])
    },
  })
  expect(applied).toEqual(['rolled-back', 'kept'])
  expect(existsSync(join(directory, 'accept-1'))).toBe(false)
  expect(existsSync(join(directory, 'accept-2'))).toBe(true)
})
