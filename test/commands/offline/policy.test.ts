import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {policyCommand} from '../../../src/commands/offline/policy.ts'
import {policyCheckCommand} from '../../../src/commands/offline/policy-check.ts'

const region = 'us-east-1'
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policy-'))
})
afterAll(async () => {
  await rm(directory, {recursive: true})
})

async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(directory, 'policy.json')
  await writeFile(file, content)
  return file
}

const printed = async (code = region) => (await policyCommand({region: code})).stdout

describe('policy', () => {
  test('prints the policy alone', async () => {
    const {stdout, stderr, exitCode} = await policyCommand({region})
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: 0})
    expect(JSON.parse(stdout).Statement[0].Resource).toHaveLength(7)
  })

  test('says on stderr which buckets it leaves out, and which names are inferred', async () => {
    const suffixed = await policyCommand({region: 'ap-southeast-7'})
    expect(suffixed.stderr).toContain('omits them: clients, clients-hashes, internal, internal-hashes.')
    expect(JSON.parse(suffixed.stdout).Statement[0].Resource).toHaveLength(3)
    expect((await policyCommand({region: 'us-gov-west-1'})).stderr).toContain("follow AWS's pattern")
  })

  test.each(['us-esat-1', 'eusc-de-east-1'])('refuses %s with exit code 2', async code => {
    await expect(policyCommand({region: code})).rejects.toMatchObject({exitCode: 2})
  })
})

describe('policy check', () => {
  test.each(['text', 'json', 'markdown'])('exits 0 for the printed policy (%s)', async format => {
    const file = await fileOf(await printed())
    const {stdout, exitCode} = await policyCheckCommand({file, region, format})
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('Add this statement')
  })

  test('exits 3, names each bucket and its statement, and prints what to add', async () => {
    const policy = JSON.parse(await printed())
    policy.Statement[0].Resource.shift()
    policy.Statement.push({
      Sid: 'Lock',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::al2023*',
    })
    const file = await fileOf(JSON.stringify(policy))
    const {stdout, exitCode} = await policyCheckCommand({file, region})
    expect(exitCode).toBe(3)
    expect(stdout).toContain('allows only 5 of the 7 S3 buckets')
    expect(stdout).toMatch(/^missing +aws-drs-clients-us-east-1 +no statement allows it$/m)
    expect(stdout).toMatch(/^denied +al2023-repos-us-east-1-de612dc2 +statement 2 \(Lock\) denies it$/m)
    expect(stdout).toContain('A Deny overrides every Allow')
    const added = JSON.parse(
      stdout.slice(stdout.indexOf('Add this statement:') + 'Add this statement:'.length),
    )
    expect(added).toMatchObject({Effect: 'Allow', Resource: ['arn:aws:s3:::aws-drs-clients-us-east-1/*']})
  })

  test('json has the verdicts and the missing statement', async () => {
    const file = await fileOf('{"Statement": []}')
    const {stdout, exitCode} = await policyCheckCommand({file, region, format: 'json'})
    expect(exitCode).toBe(3)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({region, file, allowed: false})
    expect(result.buckets).toHaveLength(7)
    expect(result.buckets[0]).toEqual({
      purpose: 'clients',
      bucket: 'aws-drs-clients-us-east-1',
      access: 'missing',
      statement: null,
      reason: 'no statement allows it',
      objects: [],
    })
    expect(result.missingStatement).toEqual(JSON.parse(await printed()).Statement[0])
  })

  test('markdown fences what to add', async () => {
    const file = await fileOf('{"Statement": []}')
    const {stdout} = await policyCheckCommand({file, region, format: 'markdown'})
    expect(stdout).toContain('allows none of the 7 S3 buckets')
    expect(JSON.parse(/```json\n(.*)```/s.exec(stdout)?.[1] ?? '')).toHaveProperty('Resource')
  })

  test('says what a Condition leaves open', async () => {
    const policy = JSON.parse(await printed())
    policy.Statement[0].Condition = {StringEquals: {'aws:SourceVpc': 'vpc-1'}}
    const {stdout, exitCode} = await policyCheckCommand({file: await fileOf(JSON.stringify(policy)), region})
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/^conditional .* allows it only under its Condition on aws:SourceVpc$/m)
    expect(stdout).toContain('do not count as allowed')
  })

  test('keeps terminal control sequences of the document out of the text', async () => {
    const policy = {
      Statement: {Sid: '\u001b[2J', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*'},
    }
    const {stdout} = await policyCheckCommand({file: await fileOf(JSON.stringify(policy)), region})
    expect(stdout).toContain('[2J')
    expect(stdout).not.toContain('\u001b')
  })

  test.each<[string, (text: string) => Buffer]>([
    ['UTF-8 with a byte order mark', text => Buffer.from(`\u{feff}${text}`)],
    ['UTF-16 with a byte order mark', text => Buffer.from(`\u{feff}${text}`, 'utf16le')],
  ])('reads %s', async (_, encode) => {
    const file = await fileOf(encode(await printed()))
    expect((await policyCheckCommand({file, region})).exitCode).toBe(0)
  })

  test.each<[string, string | Buffer, RegExp]>([
    ['no JSON', 'Version: 2012-10-17', /is not JSON: use/],
    ['JSON with a comma missing', '{"Statement": []\n"Id": "x"}', /is not JSON \(line 2 column 1\)/],
    ['an empty file', '', /is not JSON/],
    ['another document', '{"name": "x"}', /is not an IAM policy document: Statement must be/],
    ['other bytes', Buffer.from([0x7b, 0xff, 0x7d]), /is not UTF-8 text/],
    ['more than 1 MiB', ' '.repeat(1024 * 1024 + 1), /larger than 1 MiB/],
  ])('refuses %s with exit code 2', async (_, content, message) => {
    const file = await fileOf(content)
    await expect(policyCheckCommand({file, region})).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 2,
      message: expect.stringMatching(message),
    })
  })

  test('reads a file of exactly 1 MiB', async () => {
    const file = await fileOf((await printed()).padEnd(1024 * 1024))
    expect((await policyCheckCommand({file, region})).exitCode).toBe(0)
  })

  test('refuses a missing file and a directory by their error codes', async () => {
    const attempt = (file: string) => policyCheckCommand({file, region})
    await expect(attempt(join(directory, 'absent'))).rejects.toMatchObject({exitCode: 2, message: /ENOENT/})
    await expect(attempt(directory)).rejects.toMatchObject({exitCode: 2, message: /EISDIR/})
  })

  test('refuses an unknown format', async () => {
    const file = await fileOf(await printed())
    await expect(policyCheckCommand({file, region, format: 'csv'})).rejects.toMatchObject({exitCode: 2})
  })
})
