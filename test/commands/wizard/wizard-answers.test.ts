import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {initialAnswers} from '../../../src/commands/wizard/answers.ts'
import {resolveOptions} from '../../../src/options/resolve.ts'
import {flow} from '../../../src/screens/flow/flow.ts'
import {stepNumber} from '../../../src/screens/flow/route.ts'
import {startFlow} from '../../../src/screens/flow/state.ts'
import {answersIn, answersSoFar} from '../../../src/screens/ui/frame-words.ts'
import {scratch} from '../../cli/run.ts'
import {SERVER} from '../../screens/scripted-host.ts'

type Given = {
  readonly flags?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly config?: Readonly<Record<string, string>>
}

/** The wizard as it starts with these; `lastRegion` is what an earlier run was told. */
async function startedWith({flags = {}, environment = {}, config}: Given, lastRegion: string | null = null) {
  let file = {}
  if (config !== undefined) {
    const path = join(scratch, 'answers.json')
    await writeFile(path, JSON.stringify(config))
    file = {config: path}
  }
  const options = await resolveOptions({...flags, ...file}, environment)
  const initial = initialAnswers(options, lastRegion)
  return startFlow({mode: 'setup', initial, interrupted: [], resumable: null})
}

const ALL = {
  region: 'eu-north-1',
  'staging-subnet': '10.20.0.0/24',
  'replication-server': '10.20.0.15',
}

describe('what is given is shown, and not asked again', () => {
  test.each<[string, Given, string[]]>([
    ['nothing given', {}, ['region', 'server', 'targets']],
    ['--region', {flags: {region: 'eu-north-1'}}, ['server', 'targets']],
    ['region in the config file', {config: {region: 'eu-north-1'}}, ['server', 'targets']],
    ['--staging-subnet alone', {flags: {stagingSubnet: '10.20.0.0/24'}}, ['region', 'server', 'targets']],
    [
      'both targets',
      {flags: {stagingSubnet: '10.20.0.0/24', replicationServer: '10.20.0.15'}},
      ['region', 'server'],
    ],
    ['everything in the config file', {config: ALL}, ['server']],
    [
      'some by flags, some in the file',
      {
        flags: {region: 'eu-north-1'},
        config: {'staging-subnet': '10.20.0.0/24', 'replication-server': '10.20.0.15'},
      },
      ['server'],
    ],
  ])('%s', async (_, given, questions) => {
    expect((await startedWith(given)).questions).toEqual(questions)
  })

  test('the environment answers too, but the question is there to go back to', async () => {
    const state = await startedWith({environment: {AWS_REGION: 'eu-north-1'}})
    expect(state.screen).toBe('server')
    expect(answersSoFar(state)).toBe('Region eu-north-1')
    expect(stepNumber(state)).toEqual({step: 2, of: 8})
    expect(flow(state, {type: 'back'}).screen).toBe('region')
    const chosen = flow(flow(state, {type: 'back'}), {type: 'answered', answers: {region: 'eu-west-1'}})
    expect(chosen).toMatchObject({screen: 'server', answers: {region: 'eu-west-1'}})
  })

  test('what comes before the first step leads past what the environment has answered', async () => {
    const options = await resolveOptions({}, {AWS_REGION: 'eu-north-1'})
    const interrupted = [{id: 'e1', title: 'x', at: '2026-07-01T03:00:00Z'}]
    const kept = {
      answers: {region: null, stagingSubnet: '10.20.0.0/24', replicationServer: null},
      through: [],
      at: '2026-07-01T03:00:00Z',
    }
    const start = startFlow({
      mode: 'setup',
      initial: initialAnswers(options, null),
      interrupted,
      resumable: kept,
    })
    const asked = flow(start, {type: 'answered'})
    expect(asked.screen).toBe('resume')
    expect(flow(asked, {type: 'answered'}).screen).toBe('server')
    expect(flow(asked, {type: 'resume', kept})).toMatchObject({
      screen: 'server',
      answers: {region: 'eu-north-1', stagingSubnet: '10.20.0.0/24'},
    })
  })

  test('with its value below the title of every later screen', async () => {
    const state = await startedWith({config: ALL})
    expect(answersSoFar(state)).toBe(
      'Region eu-north-1 · staging area subnet 10.20.0.0/24 · replication server 10.20.0.15:1500',
    )
  })

  test.each([
    [
      120,
      'web01 · Region eu-north-1 · staging area subnet 10.20.0.0/24 · replication server 10.20.0.15:1500',
    ],
    [80, 'web01 · eu-north-1 · 10.20.0.0/24 · 10.20.0.15:1500'],
    [45, 'eu-north-1 · 10.20.0.0/24 · 10.20.0.15:1500'],
    [40, 'eu-north-1 · 10.20.0.0/24'],
    [20, 'eu-north-1'],
  ])('in %i columns without a word or an answer cut', async (columns, text) => {
    const state = await startedWith({config: ALL})
    expect(answersIn({...state, session: {...state.session, host: SERVER.host}}, columns)).toBe(text)
  })
})

test.each<[string, Given, string | null, {region: string | null; regionFrom: string | null}]>([
  [
    'the environment',
    {environment: {AWS_REGION: 'eu-north-1'}},
    'eu-west-1',
    {region: 'eu-north-1', regionFrom: 'AWS_REGION'},
  ],
  ['the last run', {}, 'eu-west-1', {region: 'eu-west-1', regionFrom: 'the last run'}],
  [
    'a flag',
    {flags: {region: 'us-east-1'}, environment: {AWS_REGION: 'eu-north-1'}},
    null,
    {region: 'us-east-1', regionFrom: null},
  ],
  ['nothing', {}, null, {region: null, regionFrom: null}],
])('the Region that is highlighted comes from %s', async (_, given, lastRegion, expected) => {
  const options = await resolveOptions({...given.flags}, {...given.environment})
  expect(initialAnswers(options, lastRegion)).toMatchObject(expected)
})
