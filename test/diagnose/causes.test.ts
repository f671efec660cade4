import {describe, expect, test} from 'vitest'
import type {LogCause} from '../../src/diagnose/cause.ts'
import {ROWS} from '../../src/diagnose/causes/index.ts'
import {diagnosed, judged} from './judge.ts'
import {SAMPLES} from './samples.ts'

const CAUSES: readonly LogCause[] = ROWS.flatMap(({alone, details = []}) => [
  ...(alone === null ? [] : [alone]),
  ...details.map(({cause}) => cause),
])

test.each(SAMPLES)('%s gives %s, and nothing else', (id, code, lines) => {
  const log = judged(lines)
  expect(log?.found.map(({cause}) => [cause.id, cause.code])).toEqual([[id, code]])
  const {outcome, causes} = diagnosed([lines])
  expect({outcome, roles: causes.map(({role}) => role)}).toEqual({outcome: 'cause-found', roles: ['cause']})
})

test('every cause has a sample, and an id of its own', () => {
  expect(
    [...new Set(CAUSES.map(({id}) => id))].filter(id => !SAMPLES.some(([sample]) => sample === id)),
  ).toEqual([])
  expect(new Set(ROWS.map(({id}) => id)).size).toBe(ROWS.length)
  const byId = Map.groupBy(CAUSES, ({id}) => id)
  expect([...byId.values()].filter(same => new Set(same).size > 1)).toEqual([])
})

describe('every cause', () => {
  test.each(CAUSES.map(cause => [cause.id, cause] as const))('%s is complete', (_, cause) => {
    expect(cause.nextStep).toMatch(/^[A-Z].*\.$/s)
    expect(cause.summary).toMatch(cause.names === undefined ? /\.$/ : /[a-z]$/)
    expect(cause.page.readOn).toMatch(/^20\d\d-\d\d$/)
    expect(cause.page.url ?? 'https://').toMatch(/^https:\/\//)
    // What the log leaves open, a live check settles, or the next step says how.
    if (!cause.ownerKnown && cause.id !== 'console-bandwidth') expect(cause.settledBy).not.toBeNull()
  })
})

describe('a line that only looks like a message', () => {
  test.each([
    // Of a public transcript of an installation that succeeded.
    'Source Network already exists for vpc: vpc-0769c03cfbbb4ede0.',
    'Connecting to replicator i-0abc',
    'Could not resolve host: mirrors.example',
    'No space left on device',
    'java.net.ConnectException: Connection refused',
    'Permission denied',
  ])('%s', line => {
    expect(judged(['The installation of the AWS Replication Agent has started.', line])?.found).toEqual([])
  })
})

test('no message can be repeated until its expression takes long', () => {
  const begun = performance.now()
  for (const [, , lines] of SAMPLES) {
    for (const length of [8, 16, 32, 64]) {
      const part = (lines.at(-1) ?? '').slice(0, length)
      judged([part.repeat(Math.floor(65_536 / part.length))])
    }
  }
  // Some 330 lines of 64 KiB; an expression that goes back over all of a line takes minutes for one.
  expect(performance.now() - begun).toBeLessThan(30_000)
})
