import {describe, expect, test} from 'vitest'
import {allowList} from '../../src/aws/allow-list.ts'
import {endpointsFor} from '../../src/aws/endpoints.ts'
import {regionOrThrow} from '../../src/aws/find-region.ts'
import {REGIONS} from '../../src/aws/regions.ts'

const listFor = (code: string, options = {}, subnet: string | null = '10.20.0.0/16') =>
  allowList(endpointsFor(regionOrThrow(code), options), subnet)

describe('allowList', () => {
  test('asks for DRS and six buckets from the source server, and for all with EC2 from the staging area subnet', () => {
    const {rows, notes} = listFor('eu-west-1')
    const brief = rows.map(
      ({host, port, direction, from}) => `${from} ${direction} ${port} ${host.split('.')[0]}`,
    )
    expect(brief).toEqual([
      'source server outbound 443 drs',
      'source server outbound 443 aws-drs-clients-eu-west-1',
      'source server outbound 443 aws-drs-clients-hashes-eu-west-1',
      'source server outbound 443 aws-drs-internal-eu-west-1',
      'source server outbound 443 aws-drs-internal-hashes-eu-west-1',
      'source server outbound 443 aws-elastic-disaster-recovery-eu-west-1',
      'source server outbound 443 aws-elastic-disaster-recovery-hashes-eu-west-1',
      'source server outbound 1500 10',
      'staging area subnet outbound 443 drs',
      'staging area subnet outbound 443 aws-drs-clients-eu-west-1',
      'staging area subnet outbound 443 aws-drs-clients-hashes-eu-west-1',
      'staging area subnet outbound 443 aws-drs-internal-eu-west-1',
      'staging area subnet outbound 443 aws-drs-internal-hashes-eu-west-1',
      'staging area subnet outbound 443 aws-elastic-disaster-recovery-eu-west-1',
      'staging area subnet outbound 443 aws-elastic-disaster-recovery-hashes-eu-west-1',
      'staging area subnet outbound 443 al2023-repos-eu-west-1-de612dc2',
      'staging area subnet outbound 443 ec2',
      'source server inbound 1500 10',
    ])
    expect(notes).toEqual([])
  })

  test('puts the subnet, or the words, into both 1500 rows', () => {
    const replication = (subnet: string | null) =>
      listFor('eu-west-1', {}, subnet).rows.filter(({port}) => port === 1500)
    for (const row of replication('10.20.0.0/16')) {
      expect(row).toMatchObject({host: '10.20.0.0/16', from: 'source server', to: 'staging area subnet'})
    }
    expect(replication(null).map(({host}) => host)).toEqual(['staging area subnet', 'staging area subnet'])
    expect(listFor('eu-west-1', {}, null).notes).toEqual([expect.stringContaining('--staging-subnet')])
  })

  test('changes the source server rows by the flags of the agent, not the staging area subnet', () => {
    const flags = {
      endpoint: 'vpce-1.drs.us-east-1.vpce.amazonaws.com',
      s3Endpoint: 'vpce-2.s3.us-east-1.vpce.amazonaws.com',
    }
    const plain = listFor('us-east-1').rows
    const changed = listFor('us-east-1', flags).rows
    const from = (rows: typeof plain, sender: string) =>
      rows.filter(row => row.from === sender && row.port === 443).map(({host}) => host)
    expect(from(changed, 'staging area subnet')).toEqual(from(plain, 'staging area subnet'))
    for (const host of from(changed, 'source server')) expect(host).toContain('vpce-')
  })

  test('says which buckets it cannot name, rather than naming them wrongly', () => {
    const {rows, notes} = listFor('ca-west-1')
    expect(rows.filter(({host}) => host.startsWith('aws-drs-'))).toEqual([])
    expect(notes).toEqual([expect.stringContaining('clients, clients-hashes, internal, internal-hashes')])
    expect(listFor('eusc-de-east-1').rows.filter(({to}) => to === 'Amazon S3')).toEqual([])
  })

  test('says which names are inferred', () => {
    expect(listFor('us-gov-east-1').notes).toEqual([
      expect.stringContaining('bucket names for us-gov-east-1'),
    ])
    expect(listFor('ap-east-2').notes).toContainEqual(expect.stringContaining('DRS host for ap-east-2'))
  })

  test.each(REGIONS)('$code: no row twice, and no empty cell', ({code}) => {
    const {rows} = listFor(code, {}, null)
    expect(new Set(rows.map(row => JSON.stringify(row))).size).toBe(rows.length)
    for (const row of rows)
      for (const cell of Object.values(row)) expect(String(cell)).not.toMatch(/^$|null|undefined/)
  })
})
