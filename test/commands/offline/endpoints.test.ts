import {describe, expect, test} from 'vitest'
import {endpointsCommand} from '../../../src/commands/offline/endpoints.ts'

const HEADER = ['host', 'port', 'protocol', 'direction', 'from', 'to', 'reason']
const stagingSubnet = '10.20.0.0/16'

describe('endpoints', () => {
  test('json is an array of rows with the columns in order', async () => {
    const {stdout, stderr, exitCode} = await endpointsCommand({
      region: 'eu-west-1',
      stagingSubnet,
      format: 'json',
    })
    const rows = JSON.parse(stdout)
    expect({stderr, exitCode, count: rows.length}).toEqual({stderr: '', exitCode: 0, count: 18})
    for (const row of rows) expect(Object.keys(row)).toEqual(HEADER)
    expect(rows[0]).toEqual({
      host: 'drs.eu-west-1.amazonaws.com',
      port: 443,
      protocol: 'tcp',
      direction: 'outbound',
      from: 'source server',
      to: 'AWS Elastic Disaster Recovery',
      reason: 'agent installation and control',
    })
    expect(rows).toContainEqual(
      expect.objectContaining({host: stagingSubnet, port: 1500, direction: 'inbound'}),
    )
  })

  test('csv has the same header and rows', async () => {
    const {stdout} = await endpointsCommand({region: 'eu-west-1', stagingSubnet, format: 'csv'})
    const lines = stdout.split('\r\n')
    expect(lines[0]).toBe(HEADER.join(','))
    expect(lines).toHaveLength(1 + 18 + 1)
    expect(lines[1]).toBe(
      'drs.eu-west-1.amazonaws.com,443,tcp,outbound,source server,AWS Elastic Disaster Recovery,agent installation and control',
    )
  })

  test('text aligns the columns', async () => {
    const {stdout} = await endpointsCommand({region: 'eu-west-1', stagingSubnet})
    const lines = stdout.split('\n')
    const header = lines.findIndex(line => line.startsWith('HOST '))
    const column = lines[header]?.indexOf('DIRECTION') ?? -1
    for (const line of lines.slice(header + 1, header + 19)) {
      expect(line.slice(column)).toMatch(/^(outbound|inbound) /)
    }
    expect(stdout).toContain('August 2026')
  })

  test('markdown is a table', async () => {
    const {stdout} = await endpointsCommand({region: 'eu-west-1', stagingSubnet, format: 'markdown'})
    expect(stdout).toContain(`| ${HEADER.join(' | ')} |\n|${' --- |'.repeat(7)}\n`)
  })

  test.each([
    ['text', 'stdout'],
    ['markdown', 'stdout'],
    ['json', 'stderr'],
    ['csv', 'stderr'],
  ] as const)('unknown bucket names are a note: %s on %s', async (format, stream) => {
    const result = await endpointsCommand({region: 'mx-central-1', stagingSubnet, format})
    expect(result[stream]).toContain('AWS does not publish the names of these S3 buckets for mx-central-1')
    expect(result.stdout).not.toContain('aws-drs-')
  })

  test('flags reach the names', async () => {
    const {stdout} = await endpointsCommand({region: 'us-east-1', dualstack: true, fips: true})
    expect(stdout).toContain('drs-fips.us-east-1.api.aws')
    expect(stdout).toContain('aws-drs-clients-us-east-1.s3.dualstack.us-east-1.amazonaws.com')
  })

  test.each([
    [{region: 'us-esat-1'}, /us-east-1/],
    [{region: 'eu-west-1', fips: true}, /no FIPS endpoint/],
    [{region: 'eu-west-1', format: 'junit'}, /--format must be one of text, json, csv, markdown/],
  ])('refuses %j with exit code 2', async (options, message) => {
    await expect(endpointsCommand(options)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    })
  })
})
