import {describe, expect, test} from 'vitest'
import {REGIONS} from '../../../src/aws/regions.ts'
import {regionLatency} from '../../../src/commands/offline/region-latency.ts'
import {REGIONS_FORMATS, regionsCommand} from '../../../src/commands/offline/regions.ts'
import {UserError} from '../../../src/contract/errors.ts'
import type {Latency} from '../../../src/screens/flow/wizard-host.ts'

const stdout = async (format?: string) => (await regionsCommand({format})).stdout

describe('regions', () => {
  test('text is the default and has a line for each Region, and the date', async () => {
    const text = await stdout()
    expect(text).toBe(await stdout('text'))
    const lines = text.split('\n')
    expect(lines[0]).toMatch(/^REGION +NAME +OPT-IN +DRS HOST +FIPS +REMARKS$/)
    for (const {code, drsHost} of REGIONS) {
      expect(lines.filter(line => line.startsWith(`${code} `) && line.includes(drsHost))).toHaveLength(1)
    }
    expect(text).toContain('data of August 2026')
    expect(text).toMatch(/^us-east-1 .* no +drs\.us-east-1\.amazonaws\.com +yes$/m)
    expect(text).toMatch(/^ap-east-2 .*host inferred; some bucket names not published$/m)
  })

  test('json has every Region with its hosts and buckets', async () => {
    const {asOf, sources, regions} = JSON.parse(await stdout('json'))
    expect(asOf).toBe('2026-08')
    expect(sources).toHaveLength(5)
    expect(regions).toHaveLength(37)
    expect(regions).toContainEqual(
      expect.objectContaining({
        code: 'us-west-2',
        drsHost: 'drs.us-west-2.amazonaws.com',
        drsDualStackHost: 'drs.us-west-2.api.aws',
        drsFipsHost: 'drs-fips.us-west-2.amazonaws.com',
        ec2Host: 'ec2.us-west-2.amazonaws.com',
        confirmed: true,
      }),
    )
    for (const {buckets} of regions) expect(buckets).toHaveLength(7)
  })

  test('csv and markdown have a row for each Region', async () => {
    expect((await stdout('csv')).split('\r\n')).toHaveLength(1 + 37 + 1)
    expect((await stdout('markdown')).split('\n').filter(line => line.startsWith('| '))).toHaveLength(2 + 37)
  })

  test('succeeds quietly in every format, and refuses others', async () => {
    for (const format of REGIONS_FORMATS)
      expect(await regionsCommand({format})).toMatchObject({stderr: '', exitCode: 0})
    await expect(regionsCommand({format: 'yaml'})).rejects.toThrow(UserError)
    await expect(regionsCommand({format: 'yaml'})).rejects.toThrow(/text, json, csv, markdown/)
  })
})

describe('with latency', () => {
  const latency: Latency = {
    kind: 'measured',
    async *measure(codes) {
      for (const region of codes) yield {region, ms: region === 'eu-west-1' ? 23 : null}
    },
  }

  test('there is a column, with a dash where nothing answered', async () => {
    const {stdout, stderr} = await regionsCommand({format: 'csv', latency})
    const [header, ...rows] = stdout.trim().split(/\r?\n/)
    expect(header).toMatch(/,"?TCP connect, ms"?$/)
    expect(rows.find(row => row.startsWith('eu-west-1,'))).toMatch(/,23$/)
    expect(rows.find(row => row.startsWith('eu-west-2,'))).toMatch(/,-$/)
    expect(stderr).toBe('')
  })

  test('JSON has a number or null, and nothing where it was not asked for', async () => {
    const {regions} = JSON.parse((await regionsCommand({format: 'json', latency})).stdout)
    expect(regions.filter(({tcpConnectMs}: {tcpConnectMs: unknown}) => tcpConnectMs === 23)).toHaveLength(1)
    expect(regions.filter(({tcpConnectMs}: {tcpConnectMs: unknown}) => tcpConnectMs === null)).toHaveLength(
      36,
    )
    expect(await stdout('json')).not.toContain('tcpConnectMs')
  })

  test('a proxy makes it say why there is none', async () => {
    const proxied = regionLatency({
      proxy: {url: 'http://proxy.example:3128/', from: 'https_proxy'},
      dualstack: false,
      timeoutMs: 1_000,
    })
    const {stdout: text, stderr} = await regionsCommand({latency: proxied})
    expect(stderr).toMatch(/^Latency is not measured: .*https_proxy\.\n$/)
    expect(text).not.toContain('TCP CONNECT')
  })
})
