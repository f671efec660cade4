import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {initialAnswers} from '../../src/commands/wizard-answers.ts'
import {resolveOptions} from '../../src/options/resolve.ts'
import {startFlow} from '../../src/screens/flow.ts'
import {answersSoFar} from '../../src/screens/parts/frame-words.ts'
import {scratch} from '../cli/run.ts'

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
    // The environment is often set for something else: it suggests.
    ['AWS_REGION', {environment: {AWS_REGION: 'eu-north-1'}}, ['region', 'server', 'targets']],
  ])('%s', async (_, given, questions) => {
    expect((await startedWith(given)).questions).toEqual(questions)
  })

  test('with its value below the title of every later screen', async () => {
    const state = await startedWith({config: ALL})
    expect(answersSoFar(state)).toBe(
      'Region eu-north-1 · staging area subnet 10.20.0.0/24 · replication server 10.20.0.15:1500',
    )
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
