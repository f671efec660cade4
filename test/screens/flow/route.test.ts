import {describe, expect, test} from 'vitest'
import {flow} from '../../../src/screens/flow/flow.ts'
import {openRemedies, previousScreen, stepNumber} from '../../../src/screens/flow/route.ts'
import type {FlowState, Screen} from '../../../src/screens/flow/state.ts'
import {applied, atFindings, begin, run} from '../flow-states.ts'
import {ALLOW_443} from '../scripted-findings.ts'

test.each([
  ['kept', []],
  ['rolled-back', []],
  ['failed', ['drs-443']],
] as const)('a remedy that was %s is offered again: %s', (result, offered) => {
  const {session} = run(atFindings(ALLOW_443), applied('drs-443', result))
  expect(openRemedies(session).map(({id}) => id)).toEqual(offered)
})

describe('the way back', () => {
  test.each<[string, FlowState, Screen | null]>([
    ['the first question', begin(), null],
    ['the second', run(begin(), {type: 'answered'}), 'region'],
    ['the checks', run(begin(), {type: 'answered'}, {type: 'answered'}, {type: 'answered'}), 'targets'],
    ['the findings of a remediation', atFindings(), null],
    ['the plan', run(atFindings(ALLOW_443), {type: 'continue'}), 'findings'],
    ['the confirmation', run(atFindings(ALLOW_443), {type: 'continue'}, {type: 'review'}), 'plan'],
    ['the installer without a plan', run(atFindings(), {type: 'continue'}), 'findings'],
    [
      'the installer after a skipped plan',
      run(atFindings(ALLOW_443), {type: 'continue'}, {type: 'continue'}),
      'plan',
    ],
    ['the summary', run(atFindings(), {type: 'continue'}, {type: 'continue'}), 'installer'],
    [
      'the summary after a repair',
      run(atFindings(), applied('drs-443', 'kept'), {type: 'continue'}, {type: 'continue'}),
      null,
    ],
    [
      'a question after an interrupted run was dealt with',
      run(begin({interrupted: [{id: 'e', title: 't', at: ''}]}), {type: 'answered'}),
      null,
    ],
  ])('from %s', (_, state, screen) => {
    expect(previousScreen(state)).toBe(screen)
    expect(flow(state, {type: 'back'}).screen).toBe(screen ?? state.screen)
  })
})

describe('step numbers', () => {
  test('count up without gaps on the way through, plan, confirmation and repair being one', () => {
    const way = [
      begin(),
      run(begin(), {type: 'answered'}),
      run(begin(), {type: 'answered'}, {type: 'answered'}),
    ]
    expect(way.map(state => stepNumber(state))).toEqual([1, 2, 3].map(step => ({step, of: 8})))
    const plan = run(atFindings(ALLOW_443), {type: 'continue'})
    expect(stepNumber(plan)).toEqual({step: 3, of: 5})
    expect(stepNumber(run(plan, {type: 'review'}))).toEqual({step: 3, of: 5})
    // What has nothing to do is passed over, and still counts.
    expect(stepNumber(run(atFindings(), {type: 'continue'}))).toEqual({step: 4, of: 5})
  })

  test('an interrupted run is not a step', () => {
    expect(stepNumber(begin({interrupted: [{id: 'e', title: 't', at: ''}]}))).toBeNull()
  })
})
