import {describe, expect, test} from 'vitest'
import {Interrupted} from '../../../src/contract/errors.ts'
import {flow} from '../../../src/screens/flow/flow.ts'
import {confirmGroups} from '../../../src/screens/flow/route.ts'
import type {Action, FlowState, Screen} from '../../../src/screens/flow/state.ts'
import {atFindings, begin, checksOf, planned, run, type Start} from '../flow-states.ts'
import {ALLOW_443, ALLOW_1500, REMOVE_DENY} from '../scripted-findings.ts'

describe('questions', () => {
  test.each<[string, Partial<Start> & {answered?: never[] | string[]}, Screen[]]>([
    ['everything is asked', {}, ['region', 'server', 'targets']],
    ['an answered Region is not', {answered: ['region']}, ['server', 'targets']],
    [
      'one target answered: the other is asked',
      {answered: ['stagingSubnet']},
      ['region', 'server', 'targets'],
    ],
    ['both answered: none is', {answered: ['stagingSubnet', 'replicationServer']}, ['region', 'server']],
    ['remediation asks nothing', {mode: 'remediate'}, []],
    [
      'an interrupted run comes first',
      {interrupted: [{id: 'e', title: 't', at: ''}], mode: 'remediate'},
      ['interrupted'],
    ],
  ])('%s', (_, host, questions) => {
    const state = begin(host as Partial<Start>)
    expect(state.questions).toEqual(questions)
    expect(state.screen).toBe(questions[0] ?? 'checks')
  })

  test('answers are kept, and lead on to the checks', () => {
    const state = run(
      begin(),
      {type: 'answered', answers: {region: 'eu-north-1'}},
      {type: 'answered'},
      {type: 'answered', answers: {stagingSubnet: '10.0.0.0/8', replicationServer: null}},
    )
    expect(state.screen).toBe('checks')
    expect(state.answers).toEqual({
      region: 'eu-north-1',
      stagingSubnet: '10.0.0.0/8',
      replicationServer: null,
    })
  })

  test('an answer out of turn changes nothing', () => {
    const state = atFindings()
    expect(flow(state, {type: 'answered', answers: {region: 'x'}})).toBe(state)
  })
})

describe('the way forward', () => {
  test.each<[string, FlowState, Screen[]]>([
    ['nothing to repair', atFindings(), ['installer', 'summary']],
    ['a plan that is skipped', atFindings(ALLOW_443), ['plan', 'installer', 'summary']],
    [
      'no installer check in this run',
      run(begin({mode: 'remediate'}), checksOf('os'), planned(), {type: 'run-ended'}),
      ['summary'],
    ],
  ])('%s', (_, start, screens) => {
    let state = start
    for (const screen of screens) {
      state = flow(state, {type: 'continue'})
      expect(state.screen).toBe(screen)
    }
    expect(flow(state, {type: 'continue'}).ending).toEqual({kind: 'finished'})
  })

  test('a repair that goes on cannot be skipped, nor its findings be seen', () => {
    const applying = run(
      atFindings(ALLOW_443),
      {type: 'continue'},
      {type: 'review'},
      {type: 'confirm', agreed: true},
    )
    expect(applying).toMatchObject({screen: 'applying', confirmed: ['drs-443']})
    for (const type of ['continue', 'see-findings', 'ask-leave', 'back'] as const) {
      expect(flow(applying, {type})).toEqual(applying)
    }
    expect(run(applying, {type: 'run-ended'}, {type: 'see-findings'}).screen).toBe('findings')
    expect(run(applying, {type: 'run-ended'}, {type: 'continue'}).screen).toBe('installer')
  })
})

describe('choosing and confirming', () => {
  test('additive remedies are chosen to begin with, disruptive ones are not', () => {
    expect([...atFindings(ALLOW_443, REMOVE_DENY).chosen]).toEqual(['drs-443'])
  })

  test('additive ones are confirmed together, each disruptive one separately', () => {
    const state = run(atFindings(REMOVE_DENY, ALLOW_443, ALLOW_1500), {type: 'toggle', remedy: 'drs-deny'})
    expect(confirmGroups(state).map(group => group.map(({id}) => id))).toEqual([
      ['drs-443', 'drs-1500'],
      ['drs-deny'],
    ])
  })

  test('declining the first group goes back to the plan, declining a later one leaves it out', () => {
    const asked = run(
      atFindings(ALLOW_443, REMOVE_DENY),
      {type: 'continue'},
      {type: 'toggle', remedy: 'drs-deny'},
      {type: 'review'},
    )
    expect(flow(asked, {type: 'confirm', agreed: false}).screen).toBe('plan')
    const second = flow(asked, {type: 'confirm', agreed: true})
    expect(second).toMatchObject({screen: 'confirm', confirming: 1})
    expect(flow(second, {type: 'confirm', agreed: false})).toMatchObject({
      screen: 'applying',
      confirmed: ['drs-443'],
    })
    expect(flow(second, {type: 'confirm', agreed: true})).toMatchObject({
      screen: 'applying',
      confirmed: ['drs-443', 'drs-deny'],
    })
  })

  test('a unit is asked for last, where one would make it last', () => {
    const offering = {...ALLOW_443, unitSteps: ALLOW_443.steps}
    const asked = run(
      atFindings(offering, ALLOW_1500),
      {type: 'continue'},
      {type: 'review'},
      {type: 'confirm', agreed: true},
    )
    expect(asked.screen).toBe('persist')
    expect(flow(asked, {type: 'back'}).screen).toBe('plan')
    for (const agreed of [true, false]) {
      const state = flow(asked, {type: 'persist', agreed})
      expect(state).toMatchObject({
        screen: 'applying',
        persistUnit: agreed,
        confirmed: ['drs-443', 'drs-1500'],
      })
    }
    const without = run(
      atFindings(offering, ALLOW_1500),
      {type: 'continue'},
      {type: 'toggle', remedy: 'drs-443'},
      {type: 'review'},
      {type: 'confirm', agreed: true},
    )
    expect(without).toMatchObject({screen: 'applying', persistUnit: false})
  })

  test('nothing chosen is nothing to confirm', () => {
    const plan = run(atFindings(ALLOW_443), {type: 'continue'}, {type: 'toggle', remedy: 'drs-443'})
    expect(flow(plan, {type: 'review'})).toBe(plan)
  })
})

describe('ending', () => {
  const interrupt: Action = {type: 'interrupt', error: new Interrupted('SIGINT')}

  test('leaving is asked for, and can be called off', () => {
    const asked = run(atFindings(), {type: 'ask-leave'})
    expect(asked.leaving).toBe(true)
    expect(flow(asked, {type: 'stay'})).toMatchObject({leaving: false, ending: null})
    expect(flow(asked, {type: 'leave'}).ending).toEqual({kind: 'left'})
  })

  test('an interruption ends at once', () => {
    expect(run(atFindings(), interrupt).ending).toEqual({kind: 'error', error: interrupt.error})
  })

  test('during a repair it waits for the end of the run; a second key press does not, a lost connection does', () => {
    const applying = run(
      atFindings(ALLOW_443),
      {type: 'continue'},
      {type: 'review'},
      {type: 'confirm', agreed: true},
      interrupt,
    )
    expect(applying).toMatchObject({ending: null, stopping: interrupt.error})
    expect(flow(applying, {type: 'run-ended'}).ending).toEqual({kind: 'error', error: interrupt.error})
    expect(flow(applying, {type: 'interrupt', error: new Interrupted('SIGHUP')})).toBe(applying)
    const second: Action = {type: 'interrupt', error: new Interrupted('SIGINT'), insists: true}
    expect(flow(applying, second).ending).toEqual({kind: 'error', error: interrupt.error})
  })

  test('a failure of the host ends with that failure, also while stopping', () => {
    const error = new Error('journal unwritable')
    const applying = run(
      atFindings(ALLOW_443),
      {type: 'continue'},
      {type: 'review'},
      {type: 'confirm', agreed: true},
      interrupt,
    )
    expect(flow(applying, {type: 'failed', error}).ending).toEqual({kind: 'error', error})
  })

  test('after the end nothing changes any more', () => {
    const ended = run(atFindings(), interrupt)
    expect(flow(ended, {type: 'continue'})).toBe(ended)
  })
})
