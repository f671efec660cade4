import {createHash} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'

const TARGETS = [
  '--region',
  'eu-central-1',
  '--staging-subnet',
  STAGING.subnet,
  '--replication-server',
  STAGING.ipv4,
]

describeLab('an open server', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
  })
  afterAll(() => lab?.stop())

  test('is ready, every endpoint answers and the installer is whole', async () => {
    const result = await lab.source.drsOnboard(['check', ...TARGETS, '--json'])
    const report = reportOf(result)
    expect(codesOf(report).filter(line => !line.startsWith('os:'))).toEqual([
      'privileges: pass ok',
      'firewall-443: pass ok',
      'firewall-1500: pass ok',
      'drs-endpoint: pass ok',
      's3-buckets: pass ok',
      'ec2-endpoint: pass ok',
      'installer-download: pass ok',
      'replication-1500: pass ok',
    ])
    expect(findingsFor(report, 's3-buckets')).toHaveLength(7)
    const [installer] = findingsFor(report, 'installer-download')
    expect(installer?.evidence).toMatchObject({bytes: 4 * 1024 * 1024, sha512: expect.anything()})
    expect(report.plan.remedies).toEqual([])
    expect(report.outcome).not.toBe('not-ready')
    expect(result.code).toBe(0)
  })

  test('keeps the verified installer where asked, executable, and nothing else', async () => {
    const directory = `${lab.directory}/keep`
    await lab.source.must(['mkdir', '-p', directory])
    const result = await lab.source.drsOnboard([
      'check',
      ...TARGETS,
      '--output-installer',
      directory,
      '--json',
    ])
    expect(result.code).toBe(0)
    const file = `${directory}/aws-replication-installer-init`
    expect(await lab.source.must(['ls', '-A', directory])).toBe('aws-replication-installer-init\n')
    expect(await lab.source.must(['stat', '--format', '%a %s', file])).toBe(`755 ${4 * 1024 * 1024}\n`)
    const [installer] = findingsFor(reportOf(result), 'installer-download')
    const digest = (await lab.source.must(['sha512sum', file])).slice(
      0,
      createHash('sha512').digest('hex').length,
    )
    expect(JSON.stringify(installer?.evidence)).toContain(digest)
  })

  test('offers nothing to fix, changes nothing, and leaves no entry', async () => {
    const before = await lab.source.firewall.save()
    const result = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--json'])
    expect(result.code).toBe(0)
    expect(reportOf(result).applied).toEqual([])
    expect(await lab.source.firewall.save()).toBe(before)
    expect((await lab.source.drsOnboard(['undo', '--list', '--json'])).stdout.trim()).toBe('[]')
  })

  test('a hash that does not match is a failure that shows both digests, and keeps no file', async () => {
    const directory = `${lab.directory}/altered`
    await lab.source.must(['mkdir', '-p', directory])
    await lab.setFaults({wrongHash: true})
    try {
      const result = await lab.source.drsOnboard([
        'check',
        ...TARGETS,
        '--output-installer',
        directory,
        '--json',
      ])
      expect(result.code).toBe(3)
      expect(codesOf(reportOf(result))).toContain('installer-download: fail installer.hash-mismatch')
      expect(await lab.source.must(['ls', '-A', directory])).toBe('')
    } finally {
      await lab.setFaults({})
    }
  })

  test('behind a network that blocks, no remedy is offered and the network is named', async () => {
    await lab.router.firewall.iptables('-I', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
    try {
      const args = ['check', ...TARGETS, '--timeout', '1']
      const [json, text] = await Promise.all([
        lab.source.drsOnboard([...args, '--json']),
        lab.source.drsOnboard(args),
      ])
      const report = reportOf(json)
      expect(json.code).toBe(3)
      expect(codesOf(report)).toContain('firewall-443: pass ok')
      expect(codesOf(report)).toContain('drs-endpoint: fail tcp.timeout')
      expect(report.plan.remedies).toEqual([])
      expect(findingsFor(report, 'drs-endpoint')[0]?.owner).toBe('network-team')
      expect(text.stdout.replace(/\s+/g, ' ')).toContain('The network blocks TCP 443')
      const fixed = await lab.source.drsOnboard(['fix', '--yes', ...TARGETS, '--timeout', '1', '--json'])
      expect(fixed.code).toBe(3)
      expect(reportOf(fixed).applied).toEqual([])
    } finally {
      await lab.router.firewall.iptables('-D', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
    }
  })
})
