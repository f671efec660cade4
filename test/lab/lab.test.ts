import {createHash} from 'node:crypto'
import {readlinkSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {describeLab} from './lib/describe-lab.ts'
import {type Lab, type LabOptions, startLab} from './lib/lab.ts'
import {AWS, STAGING} from './lib/topology.ts'

const DRS = 'https://drs.eu-central-1.amazonaws.com/'
const bucket = (name: string): string => `https://${name}-eu-central-1.s3.eu-central-1.amazonaws.com`
const INSTALLER = '/latest/linux/aws-replication-installer-init'

/** curl's exit codes: https://curl.se/docs/manpage.html#EXIT */
const CURL = {refused: 7, partial: 18, timeout: 28, untrusted: 60} as const

function curl(lab: Lab, ...args: string[]): ReturnType<Lab['source']['run']> {
  return lab.source.run([
    'curl',
    '--silent',
    '--cacert',
    lab.certificates.caFile,
    '--max-time',
    '20',
    ...args,
  ])
}

/** curl's exit code for a connection that is expected to open or to be refused. */
async function connects(lab: Lab, url: string, ...args: string[]): Promise<number> {
  return (await curl(lab, '--output', '/dev/null', ...args, url)).code
}

/** Whether a connection is expected to hang, and does: less patience than where it has to open. */
async function hangs(lab: Lab, url: string, ...args: string[]): Promise<boolean> {
  return (await connects(lab, url, '--connect-timeout', '0.5', ...args)) === CURL.timeout
}

const privileges: readonly LabOptions['privileges'][] = process.getuid?.() === 0 ? ['root', 'user'] : ['user']

describe.each(privileges)('with privileges: %s', as => {
  describeLab('a lab', () => {
    let lab: Lab

    beforeAll(async () => {
      lab = await startLab({privileges: as ?? 'user', installerBytes: 300_000})
    })
    afterAll(() => lab?.stop())

    test('lives in namespaces of its own', async () => {
      for (const kind of ['net', 'mnt', 'uts', 'ipc']) {
        const inside = (await lab.source.must(['readlink', `/proc/self/ns/${kind}`])).trim()
        expect(inside).not.toBe(readlinkSync(`/proc/self/ns/${kind}`))
      }
      expect(await lab.source.must(['hostname'])).toBe('source\n')
      expect(await lab.source.must(['ls', '/var/lib'])).toBe('')
    })

    test('answers for the names of AWS, and for no other', async () => {
      const resolve = (name: string) => lab.source.run(['getent', 'ahosts', name])
      expect((await resolve('drs.eu-central-1.amazonaws.com')).stdout).toContain(AWS.drs.ipv4)
      expect((await resolve('ec2.eu-central-1.amazonaws.com')).stdout).toContain(AWS.ec2.ipv4)
      expect((await resolve('any.s3.eu-central-1.amazonaws.com')).stdout).toContain(AWS.s3.ipv4)
      expect((await resolve('drs.eu-central-1.amazonaws.com')).stdout).not.toContain('2001:db8')
      expect((await resolve('example.com')).code).not.toBe(0)
    })

    test('has IPv6 all the way, with addresses in DNS when asked for', async () => {
      await using dual = await startLab({privileges: as ?? 'user', ipv6: true})
      expect(await dual.source.must(['getent', 'ahostsv6', 'drs.eu-central-1.amazonaws.com'])).toContain(
        AWS.drs.ipv6,
      )
      expect(await connects(dual, DRS, '--ipv6')).toBe(0)
      await dual.source.firewall.ip6tables('-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
      expect(await hangs(dual, DRS, '--ipv6')).toBe(true)
      expect(await connects(dual, DRS, '--ipv4')).toBe(0)
    })

    test('answers as DRS, with a certificate that only the lab trusts', async () => {
      const {stdout} = await curl(lab, '--include', DRS)
      expect(stdout).toMatch(/^HTTP\/1.1 403 .*x-amzn-requestid: .*Missing Authentication Token/s)
      expect((await lab.source.run(['curl', '--silent', DRS])).code).toBe(CURL.untrusted)
    })

    test('answers as S3 on the root of a bucket, and on one that does not exist', async () => {
      const {stdout} = await curl(lab, '--include', `${bucket('aws-drs-clients')}/`)
      expect(stdout).toMatch(/^HTTP\/1.1 403 /)
      for (const part of ['x-amz-request-id: ', 'x-amz-bucket-region: eu-central-1', 'server: AmazonS3']) {
        expect(stdout).toContain(part)
      }
      expect(stdout).toContain('<Code>AccessDenied</Code>')
      expect((await curl(lab, `${bucket('no-such')}/`)).stdout).toContain('<Code>NoSuchBucket</Code>')
      expect((await curl(lab, `${bucket('aws-drs-clients')}/key`)).stdout).toContain('<Code>NoSuchKey</Code>')
    })

    test('serves an installer that its digest fits, whole and in ranges', async () => {
      const url = bucket('aws-elastic-disaster-recovery') + INSTALLER
      const whole = (await curl(lab, url)).stdout
      expect(whole).toHaveLength(300_000)
      const digest = (await curl(lab, `${bucket('aws-elastic-disaster-recovery-hashes')}${INSTALLER}.sha512`))
        .stdout
      expect(digest.trim()).toBe(createHash('sha512').update(whole).digest('hex'))
      expect((await curl(lab, '--range', '65530-70000', url)).stdout).toBe(whole.slice(65_530, 70_001))
    })

    test('serves what it is told to get wrong, and is well again afterwards', async () => {
      const url = bucket('aws-elastic-disaster-recovery') + INSTALLER
      await lab.setFaults({truncateAt: 100_000})
      expect((await curl(lab, url)).code).toBe(CURL.partial)
      await lab.setFaults({stallAt: 100_000})
      const stalled = await curl(lab, '--max-time', '1', url)
      expect([stalled.code, stalled.stdout.length]).toEqual([CURL.timeout, 100_000])
      await lab.setFaults({certificate: 'intercepted'})
      expect((await curl(lab, DRS)).code).toBe(CURL.untrusted)
      const trusting = await curl(lab, '--cacert', lab.certificates.interceptionCaFile, DRS)
      expect(trusting.stdout).toContain('Missing Authentication Token')
      await lab.setFaults({certificate: 'incomplete'})
      expect((await curl(lab, DRS)).code).toBe(CURL.untrusted)
      await lab.setFaults({blockPage: true})
      expect((await curl(lab, DRS)).stdout).toContain('Blocked by Example Corp')
      await lab.setFaults({})
      expect((await curl(lab, url)).stdout).toHaveLength(300_000)
    })

    test.each(['legacy', 'nft'] as const)('obeys the host firewall: iptables-%s', async backend => {
      await lab.source.firewall.use(backend)
      expect(await lab.source.must(['iptables', '--version'])).toContain(
        backend === 'nft' ? 'nf_tables' : 'legacy',
      )
      const before = await lab.source.firewall.save()
      const rule = ['OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP']
      await lab.source.firewall.iptables('-A', ...rule)
      expect(await hangs(lab, DRS)).toBe(true)
      expect(await lab.source.firewall.save()).not.toBe(before)
      await lab.source.firewall.iptables('-D', ...rule)
      expect(await connects(lab, DRS)).toBe(0)
      await lab.source.firewall.restore('*filter\n-A OUTPUT -p tcp --dport 443 -j REJECT\nCOMMIT\n')
      expect(await connects(lab, DRS)).toBe(CURL.refused)
      await lab.source.firewall.restore('*filter\nCOMMIT\n')
      expect(await connects(lab, DRS)).toBe(0)
    })

    test('obeys a firewall on the way', async () => {
      const rule = ['FORWARD', '-i', 'source', '-p', 'tcp', '--dport', '443', '-j', 'DROP']
      await lab.router.firewall.iptables('-A', ...rule)
      expect(await hangs(lab, DRS)).toBe(true)
      expect(await lab.source.firewall.save()).not.toContain('FORWARD -i source')
      await lab.router.firewall.iptables('-D', ...rule)
      expect(await connects(lab, DRS)).toBe(0)
    })

    test('has a replication server only when one is started', async () => {
      const url = `telnet://${STAGING.ipv4}:1500`
      expect(await connects(lab, url)).toBe(CURL.refused)
      const server = await lab.startReplicationServer()
      expect(await connects(lab, url, '--max-time', '1')).toBe(CURL.timeout)
      server.kill()
      await server.ended
      expect(await connects(lab, url)).toBe(CURL.refused)
    })

    test('has a proxy that asks for a password and refuses what it is told to', async () => {
      const credentials = {user: 'operator', password: 'secret'}
      const {url} = await lab.startProxy({credentials, refuses: ['^ec2']})
      const through = (...args: string[]) =>
        curl(lab, '--proxy', url, '--write-out', '%{http_connect}', ...args)
      expect((await through(DRS)).stdout).toBe('407')
      const known = ['--proxy-user', 'operator:secret']
      expect((await through(...known, DRS)).stdout).toContain('Missing Authentication Token')
      expect((await through(...known, 'https://ec2.eu-central-1.amazonaws.com/')).stdout).toBe('403')
    })

    test('runs programs as a plain user, who may not read the firewall', async () => {
      const plain = {unprivileged: true}
      expect(await lab.source.must(['id', '-u'], plain)).toBe('1000\n')
      expect((await lab.source.run(['iptables-nft', '-S'], plain)).code).not.toBe(0)
    })

    test('passes input, environment, exit codes and signals', async () => {
      expect(await lab.source.must(['cat'], {input: 'text'})).toBe('text')
      expect(await lab.source.must(['printenv', 'NAME'], {env: {NAME: 'value'}})).toBe('value\n')
      expect((await lab.source.run(['printenv', 'CI'])).code).toBe(1)
      expect((await lab.source.run(['sh', '-c', 'exit 9'])).code).toBe(9)
      const sleeping = lab.source.start(['sleep', '1000'])
      sleeping.kill('SIGTERM')
      expect((await sleeping.ended).code).toBe(128 + 15)
    })

    test('opens terminals', async () => {
      await using terminal = await lab.source.openTerminal(['bash', '--norc'], {cols: 80, rows: 5})
      terminal.type('echo "on $(hostname), $COLUMNS wide"\r')
      await terminal.until('on source, 80 wide')
      terminal.type('exit 3\r')
      expect(await terminal.exit()).toBe(3)
    })
  })
})
