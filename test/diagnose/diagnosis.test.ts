import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {diagnosed, judged} from './judge.ts'
import {SAMPLES} from './samples.ts'

const START = 'The installation of the AWS Replication Agent has started.'
const DONE = 'The AWS Replication Agent was successfully installed.'
const TIMEOUT = 'urlopen error [Errno 110] Connection timed out'
const HEADERS = 'Cannot find kernel headers'
const COMPILE = 'Failed to compile the AWS Replication Agent kernel driver.'

/** The codes and roles of a diagnosis. */
const codes = (logs: readonly (readonly string[])[], all = false) =>
  diagnosed(logs, all).causes.map(({role, code}) => `${role} ${code}`)

describe('of several causes', () => {
  test('the earliest leads, and the others follow', () => {
    expect(codes([[START, HEADERS, COMPILE]])).toEqual([
      'cause agent.build.headers',
      'follower agent.build.compiler',
    ])
  })

  test('one is counted, and named by its first line', () => {
    const {causes} = diagnosed([[START, TIMEOUT, 'noise', `${TIMEOUT} again`]])
    expect(causes).toMatchObject([{count: 2, first: 2, last: 4, line: TIMEOUT}])
  })

  test('a vague one gives way to what the next lines say, and not to what comes much later', () => {
    const vague = "Downloading of 'https://b.s3.eu-west-1.amazonaws.com/f' failed."
    expect(codes([[vague, 'This is usually …', 'Error details: HTTP Error 403: Forbidden']])).toEqual([
      'cause s3.access-denied',
    ])
    expect(codes([[vague, ...Array(100).fill('x'), HEADERS]])).toEqual([
      'cause install.download',
      'follower agent.build.headers',
    ])
  })

  test('a detail counts only near its message', () => {
    const full = 'make: No space left on device'
    expect(codes([[full, ...Array(200).fill('x'), COMPILE]])).toEqual(['cause agent.build.compiler'])
    expect(codes([[full, ...Array(20).fill('x'), COMPILE]])).toEqual(['cause install.disk-full'])
  })

  test('what only follows others leads where it is alone, and else never', () => {
    const tokens = 'No available tokens for peer i-1'
    expect(codes([[tokens]])).toEqual(['cause install.replication-tokens'])
    expect(codes([[tokens, 'Connecting to replicator i-1', 'Connection refused']])).toEqual([
      'cause tcp.refused',
      'follower install.replication-tokens',
    ])
  })
})

describe('of several runs', () => {
  const two = [START, TIMEOUT, START, HEADERS]

  test('the last one is judged', () => {
    expect(codes([two])).toEqual(['cause agent.build.headers'])
    expect(diagnosed([two]).sources).toMatchObject([{kind: 'installer', runs: 2, lines: 4}])
  })

  test('--all lists the others as past, together', () => {
    expect(codes([[START, TIMEOUT, ...two]], true)).toEqual(['cause agent.build.headers', 'past tcp.timeout'])
    expect(diagnosed([[START, TIMEOUT, ...two]], true).causes[1]).toMatchObject({count: 2, first: 2, last: 4})
  })

  test('the end of one before the first beginning is a run', () => {
    expect(diagnosed([[TIMEOUT, START, HEADERS]]).sources[0]?.runs).toBe(2)
  })

  test('a failed run after a successful one is not installed', () => {
    expect(diagnosed([[START, DONE, START, TIMEOUT]]).outcome).toBe('cause-found')
    expect(diagnosed([[START, DONE, START]]).outcome).toBe('no-cause')
  })
})

describe('a success', () => {
  test('settles what came before it', () => {
    const diagnosis = diagnosed([[START, TIMEOUT, DONE]])
    expect(diagnosis.outcome).toBe('installed')
    expect(diagnosis.causes.map(({role}) => role)).toEqual(['past'])
  })

  test('does not settle what comes after it, or waits for a reboot', () => {
    expect(codes([[START, DONE, 'Load module failed']])).toEqual(['cause install.driver-load'])
    expect(codes([[START, 'Oracle ASM Filter Driver detected. Please reboot', DONE]])).toEqual([
      'cause agent.disks.asmfd',
    ])
  })

  test('with all that the installer says beside it is no cause', () => {
    const lines = [
      START,
      'AWS Region Name: ap-south-1',
      'Identifying volumes for replication.',
      'Identified volume for replication: /dev/nvme0n1 of size 40 GiB',
      'Downloading the AWS Replication Agent onto the source server...',
      'Finished.',
      'Source Network already exists for vpc: vpc-0769c03cfbbb4ede0.',
      DONE,
    ]
    expect(diagnosed([lines])).toMatchObject({outcome: 'installed', causes: [], errors: []})
  })
})

describe('of several logs', () => {
  const agent = ['Connecting to replicator i-1', 'Connection refused']

  test('the installer’s leads', () => {
    expect(codes([agent, [START, HEADERS]])).toEqual(['cause agent.build.headers', 'follower tcp.refused'])
    expect(diagnosed([agent, [START, HEADERS]]).causes[0]).toMatchObject({file: 'log-1', first: 2})
  })

  test('the agent’s leads where the agent is installed', () => {
    expect(diagnosed([[START, TIMEOUT, DONE], agent])).toMatchObject({
      outcome: 'cause-found',
      causes: [{role: 'cause', code: 'tcp.refused'}, {role: 'past'}],
    })
  })
})

describe('the command that settles it', () => {
  const settled = (...lines: readonly string[]) => diagnosed([lines]).causes[0]?.settledBy?.slice(1).join(' ')

  test.each([
    ['AWS Region Name: eu-central-1', '--region eu-central-1'],
    ['./aws-replication-installer-init --region ap-south-1 --no-prompt', '--region ap-south-1'],
    [
      'https://aws-elastic-disaster-recovery-us-east-2.s3.us-east-2.amazonaws.com/latest',
      '--region us-east-2',
    ],
    ['https://drs.eu-west-3.amazonaws.com/', '--region eu-west-3'],
    ['AWS Region Name: eu-centrl-1', '--region REGION'],
    ['nothing', '--region REGION'],
  ])('after %j has %s', (line, region) => {
    expect(settled(line, TIMEOUT)).toBe(
      `check --only firewall-443,drs-endpoint,s3-buckets,installer-download ${region}`,
    )
  })

  test('asks for no Region where none is needed', () => {
    expect(settled('Your Linux kernel version is not supported')).toBe('check --only os')
    expect(settled('Error creating connection')).toBe('check --only firewall-1500,replication-1500')
  })

  test('is missing where no check knows', () => {
    expect(diagnosed([[HEADERS]]).causes[0]?.settledBy).toBeNull()
  })
})

test('an action is named', () => {
  const denied = SAMPLES.filter(([id]) => id === 'not-authorized').map(
    ([, , lines]) => diagnosed([lines]).causes[0]?.summary,
  )
  expect(denied).toEqual([
    'The IAM user or role of the installer lacks a permission: drs:CreateSourceServerForDrs.',
    'The IAM user or role of the installer lacks a permission: CreateSourceServerForDrs.',
  ])
})

test('a known message in a log that never names the agent leaves it open', () => {
  expect(diagnosed([[TIMEOUT]]).sources).toMatchObject([{namesAgent: false}])
  expect(diagnosed([[START, TIMEOUT]]).sources).toMatchObject([{namesAgent: true}])
  // Of other programs, with a code of errno(3) alone.
  expect(judged(['connect() failed: [Errno 110] Connection timed out'])).toBeNull()
})

describe('an unknown log', () => {
  test('has its last errors, and no cause', () => {
    const errors = Array.from({length: 7}, (_, index) => `2026-11-28 ERROR something new ${index}`)
    const diagnosis = diagnosed([[START, ...errors, 'INFO done']])
    expect(diagnosis).toMatchObject({outcome: 'no-cause', causes: []})
    expect(diagnosis.errors).toEqual(
      errors.slice(2).map((text, index) => ({file: 'log-0', line: index + 4, text})),
    )
  })

  test.each([[[]], [['']], [['hello', 'world']], [['{"message": "hello"}']], [['ERROR: disk full']]])(
    'without a word of the agent is none: %j',
    lines => expect(judged(lines)).toBeNull(),
  )
})

test('lines that say nothing, in any order and number, change no cause', () => {
  const noise = fc.constantFrom(
    '',
    'Finished.',
    'INFO ok',
    'ERROR of something else',
    '{"message":"x {0}"}',
    '\u0000',
    '{',
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(noise, {maxLength: 30}),
      fc.array(noise, {maxLength: 30}),
      (sample, before, after) => {
        const [id, , lines] = sample
        expect(judged([...before, ...lines, ...after])?.found.map(({cause}) => cause.id)).toEqual([id])
      },
    ),
  )
})

describe('an entry in JSON', () => {
  const refused = (entry: object) => codes([[JSON.stringify(entry)]])

  test.each([
    [{message: 'Connecting to {1} {0}: Connection refused', args: ['i-1', 'replicator']}],
    [
      {
        message: 'Connecting to replicator {0}',
        args: ['i-1'],
        thrown: {cause: {message: 'Connection refused'}},
      },
    ],
    [{msg: 'Connecting to replicator {0}: {1}', arguments: ['i-1', 'Connection refused']}],
  ])('%j is filled', entry => expect(refused(entry)).toEqual(['cause tcp.refused']))

  test('shows its message filled, and a place without an argument as it is', () => {
    const entry = {message: 'Load module failed {0} {1} {2}', args: ['{1}', 7]}
    expect(diagnosed([[JSON.stringify(entry)]]).causes[0]?.line).toBe('Load module failed {1} 7 {2}')
  })

  test('may be nested deeply, or be none', () => {
    const deep = `{"message": "Load module failed {0}", "args": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    expect(codes([[deep]])).toEqual(['cause install.driver-load'])
    expect(codes([['{Load module failed']])).toEqual(['cause install.driver-load'])
  })
})
