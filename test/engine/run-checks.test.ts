import {describe, expect, it} from 'vitest'
import type {Check, HostReader} from '../../src/checks/check.ts'
import {finding} from '../../src/checks/finding.ts'
import type {CheckOptions} from '../../src/contract/check-options.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Event} from '../../src/engine/events.ts'
import {outcomeOf} from '../../src/engine/outcome.ts'
import {runChecks} from '../../src/engine/run-checks.ts'
import {EMPTY_SESSION, findingsOf, reduce} from '../../src/engine/session.ts'
import {DEFAULT_OPTIONS} from '../default-options.ts'

const options: CheckOptions = {
  ...DEFAULT_OPTIONS,
  timeoutMs: 1000,
}

const unused = () => Promise.reject(new Error('not part of this test'))
const reader: HostReader = {
  host: async () => ({
    hostname: 'db1',
    platform: 'linux',
    osId: 'debian',
    os: 'Debian',
    osVersion: '12',
    kernel: '6.1',
    arch: 'x86_64',
    addresses: ['10.9.0.2'],
  }),
  privileges: async () => ({elevated: true, user: 'root', sudoInstalled: true}),
  firewallFacts: async () => ({manager: null, engines: [], alsoWrittenBy: []}),
  firewallState: unused,
  firewallTools: unused,
  firewallPersistence: unused,
  resolve: unused,
  proxySettings: async () => [],
  isEc2Instance: async () => false,
  withRulesReadAgain: () => reader,
}

const check = (id: CheckId, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id,
  needs: [],
  needsRegion: false,
  timeoutMs: () => 5000,
  run,
  ...more,
})
const passing = (id: CheckId) => async () => [finding(id, 'ok', {summary: 'fine'})]

async function all(checks: readonly Check[], signal = new AbortController().signal): Promise<Event[]> {
  return Array.fromAsync(runChecks({checks, options, endpoints: null, reader}, signal))
}

describe('runChecks', () => {
  it('begins a check after those that it needs, and hands it their findings when they have ended', async () => {
    const order: string[] = []
    const events = await all([
      check('os', async () => {
        await new Promise(resolve => setImmediate(resolve))
        order.push('os')
        return [finding('os', 'os.unknown', {summary: 'who knows'})]
      }),
      check(
        'privileges',
        async ({earlier}) => {
          order.push('privileges begins')
          const [found] = await earlier('os')
          order.push(`privileges after ${found?.code}`)
          return []
        },
        {needs: ['os']},
      ),
    ])
    expect(order).toEqual(['privileges begins', 'os', 'privileges after os.unknown'])
    expect(events.map(({type}) => type)).toEqual([
      'run-started',
      'check-started',
      'check-started',
      'host-read',
      'check-finished',
      'check-finished',
      'planned',
      'run-finished',
    ])
  })

  it('runs without a needed check that was not selected', async () => {
    const events = await all([check('privileges', passing('privileges'), {needs: ['os']})])
    expect(events.filter(({type}) => type === 'check-finished')).toHaveLength(1)
  })

  it('turns a crash into a finding of status error, and goes on', async () => {
    const events = await all([
      check('os', () => Promise.reject(new Error('boom'))),
      check('privileges', passing('privileges')),
    ])
    const session = events.reduce(reduce, EMPTY_SESSION)
    expect(findingsOf(session).map(({status, code}) => [status, code])).toEqual([
      ['error', 'check.crashed'],
      ['pass', 'ok'],
    ])
    expect(outcomeOf(findingsOf(session))).toBe('not-ready')
  })

  it('ends a check whose time is up, even one that ignores its signal', async () => {
    const events = await all([
      check(
        'os',
        ({signal}) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        {
          timeoutMs: () => 20,
        },
      ),
      check('privileges', () => new Promise(() => {}), {timeoutMs: () => 20}),
    ])
    const session = events.reduce(reduce, EMPTY_SESSION)
    expect(findingsOf(session).map(({code}) => code)).toEqual(['check.timeout', 'check.timeout'])
  })

  it('does not count the time in which rules are read, which all who wait for them share', async () => {
    let isReading = true
    const rules = Promise.withResolvers<void>()
    const slow: ((program: string, seconds: number) => void)[] = []
    const slowHost: HostReader = {
      ...reader,
      isReading: () => isReading,
      onSlow(tell) {
        slow.push(tell)
        return () => slow.splice(0)
      },
    }
    const waits = (id: CheckId) =>
      check(
        id,
        async () => {
          await rules.promise
          return [finding(id, 'ok', {summary: ''})]
        },
        {timeoutMs: () => 20},
      )
    const checks = [waits('privileges'), waits('firewall-443')]
    const events: Event[] = []
    for await (const event of runChecks(
      {checks, options, endpoints: null, reader: slowHost},
      new AbortController().signal,
    )) {
      events.push(event)
      if (event.type !== 'check-started' || event.check !== 'firewall-443') continue
      slow[0]?.('nft list ruleset', 10)
      // Longer than the limit of the checks.
      setTimeout(() => {
        isReading = false
        rules.resolve()
      }, 100)
    }
    expect(findingsOf(events.reduce(reduce, EMPTY_SESSION)).map(({code}) => code)).toEqual(['ok', 'ok'])
    const told = events.filter(({type}) => type === 'check-progress')
    expect(told).toEqual([
      {
        type: 'check-progress',
        check: 'firewall-443',
        progress: {waitingFor: {program: 'nft list ruleset', seconds: 10}},
      },
    ])
    expect(slow).toEqual([])
  })

  it('ends a check that goes on for ever once the rules are read', async () => {
    const looks = [true, true]
    const {signal} = new AbortController()
    const busy: HostReader = {...reader, isReading: () => looks.pop() ?? false}
    const stuck = check('os', () => new Promise(() => {}), {timeoutMs: () => 20})
    const events = await Array.fromAsync(
      runChecks({checks: [stuck], options, endpoints: null, reader: busy}, signal),
    )
    expect(findingsOf(events.reduce(reduce, EMPTY_SESSION)).map(({code}) => code)).toEqual(['check.timeout'])
  })

  it('throws the reason when the run is aborted', async () => {
    const controller = new AbortController()
    const run = all([check('os', () => new Promise(() => {}))], controller.signal)
    controller.abort(new Error('stop'))
    await expect(run).rejects.toThrow('stop')
  })

  it('aborts the checks when the consumer leaves', async () => {
    let aborted = false
    const events = runChecks(
      {
        checks: [
          check(
            'os',
            ({signal}) =>
              new Promise((_, reject) => {
                signal.addEventListener('abort', () => {
                  aborted = true
                  reject(signal.reason)
                })
              }),
          ),
        ],
        options,
        endpoints: null,
        reader,
      },
      new AbortController().signal,
    )
    for await (const event of events) if (event.type === 'check-started') break
    expect(aborted).toBe(true)
  })

  it('plans each offered remedy once', async () => {
    const remedy = {
      id: 'r1',
      title: 't',
      why: 'w',
      check: 'os',
      fixes: 'firewall.drop',
      risk: 'additive',
      steps: [],
    } as const
    const offering = async () => [
      finding('os', 'firewall.drop', {summary: 'a', remedies: [remedy]}),
      finding('os', 'firewall.drop', {summary: 'b', remedies: [remedy]}),
    ]
    const events = await all([check('os', offering)])
    expect(events.find(({type}) => type === 'planned')).toEqual({type: 'planned', plan: {remedies: [remedy]}})
  })
})
