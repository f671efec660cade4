import {describe, expect, it} from 'vitest'
import {type Attempt, connectFailure, decisiveAttempt} from '../../../../src/platform/network/tcp/outcome.ts'

describe('connectFailure', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENOPROTOOPT', 'unreachable'],
    ['EINVAL', 'unreachable'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['EACCES', 'prohibited'],
    ['EPERM', 'prohibited'],
    ['ECONNRESET', 'reset'],
  ])('%s is %s', (errno, outcome) => {
    expect(connectFailure(errno, new Error(errno))).toBe(outcome)
  })

  it('hands back an error that says nothing about the path', () => {
    const error = Object.assign(new Error('too many open files'), {code: 'EMFILE'})
    expect(() => connectFailure('EMFILE', error)).toThrow(error)
  })
})

describe('decisiveAttempt', () => {
  const attempt = (family: 4 | 6, outcome: Attempt['outcome'], beforeSending = false): Attempt => ({
    address: family === 4 ? '192.0.2.1' : '2001:db8::1',
    family,
    outcome,
    errno: null,
    beforeSending,
    ms: 1,
  })

  it.each([
    {
      what: 'a refusal got further than silence',
      attempts: [attempt(4, 'timeout'), attempt(6, 'refused')],
      family: 6,
    },
    {
      what: 'a reset got further than a refusal',
      attempts: [attempt(4, 'refused'), attempt(6, 'reset')],
      family: 6,
    },
    {
      what: 'silence got further than no route',
      attempts: [attempt(6, 'unreachable', true), attempt(4, 'timeout')],
      family: 4,
    },
    {
      what: 'silence over IPv6 got further than no IPv4',
      attempts: [attempt(4, 'unreachable', true), attempt(6, 'timeout')],
      family: 6,
    },
    {what: 'equals: IPv4 counts', attempts: [attempt(6, 'timeout'), attempt(4, 'unreachable')], family: 4},
    {
      what: 'forbidden here got no further than silence',
      attempts: [attempt(6, 'prohibited', true), attempt(4, 'timeout')],
      family: 4,
    },
  ])('$what', ({attempts, family}) => {
    expect(decisiveAttempt(attempts)?.family).toBe(family)
  })

  it('has nothing to choose from nothing', () => {
    expect(decisiveAttempt([])).toBeUndefined()
  })
})
