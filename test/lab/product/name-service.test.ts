import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {ReportFinding} from '../../../src/report/report.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {INSTALL, INSTALLED} from '../lib/installed.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {libraryFile, NODE} from '../lib/paths.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {DRS, REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

const RUN = ['check', '--region', REGION, '--json']

describeLab('the name service of a server', () => {
  let lab: Lab
  const shell = (script: string) => lab.source.must(['sh', '-c', script])
  const check = async (only: string, ...more: readonly string[]) => {
    const result = await lab.source.drsOnboard([...RUN, '--only', only, ...more])
    return {result, report: reportOf(result)}
  }
  const only = (findings: readonly ReportFinding[]) => {
    expect(findings).toHaveLength(1)
    return findings[0]
  }

  beforeAll(async () => {
    lab = await startLab()
    await shell('cp -a /etc/hosts /etc/hosts.good; cp -aL /etc/resolv.conf /etc/resolv.good')
  })
  afterAll(() => lab?.stop())
  afterEach(async () => {
    await shell('rm -f /etc/hosts; cp -a /etc/hosts.good /etc/hosts; cat /etc/resolv.good > /etc/resolv.conf')
    await lab.setDns([])
  })

  describe('that hangs, though a name server answers', () => {
    /** Left alone it would hang for longer than a run of this lab may last. */
    const HANGING = 'options trust-ad timeout:30 attempts:5'

    beforeAll(() =>
      lab.staging.startServer([NODE, libraryFile('slow-dns.ts'), '0', AWS.dns.ipv4, 'drop-ad'], /ready/),
    )

    const hang = () => shell(`printf 'nameserver ${STAGING.ipv4}\\n${HANGING}\\n' > /etc/resolv.conf`)

    test('is told, and the run ends with its report', async () => {
      await hang()
      const {result, report} = await check('drs-endpoint,installer-download')
      const drs = only(findingsFor(report, 'drs-endpoint'))
      expect(drs).toMatchObject({status: 'warn', code: 'dns.timeout', owner: 'dns-admin'})
      expect(drs?.summary).toMatch(
        /getaddrinfo\(3\), which the AWS Replication Agent uses, did not answer in \d/,
      )
      expect(drs?.evidence.layers?.map(({layer, status}) => `${layer} ${status}`)).toEqual([
        'dns warn',
        'tcp pass',
        'tls pass',
        'http pass',
      ])
      expect(only(findingsFor(report, 'installer-download'))?.code).toBe('ok')
      expect(result.code).toBe(0)
    })

    test('a failure behind it comes first', async () => {
      await hang()
      await lab.setFaults({connection: 'close'})
      const {result, report} = await check('drs-endpoint')
      await lab.setFaults({})
      expect(only(findingsFor(report, 'drs-endpoint'))).toMatchObject({status: 'fail', code: 'tls.reset'})
      expect(result.code).toBe(3)
    })

    test.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const)('a signal ends the run: %s', async (signal, code) => {
      await hang()
      const running = lab.source.startDrsOnboard([...RUN, '--only', 'os,drs-endpoint', '--timeout', '600'])
      await new Promise<void>(resolve => {
        running.stderr.on('data', (text: Buffer) => {
          if (String(text).includes('os:')) resolve()
        })
      })
      running.kill(signal)
      expect((await running.ended).code).toBe(code)
    })
  })

  test('a hosts file that is a pipe is said at once', async () => {
    await shell('rm /etc/hosts; mkfifo /etc/hosts')
    const {result, report} = await check('drs-endpoint,installer-download')
    for (const found of report.findings) {
      expect(found).toMatchObject({
        code: 'check.crashed',
        owner: 'this-host',
        summary:
          '/etc/hosts is a named pipe, not a file, so no name can be resolved on this server; restore the file.',
      })
    }
    expect(report.findings).toHaveLength(2)
    expect(result.code).toBe(3)
  })

  describe('that knows very much of a name', () => {
    const MANY = 3_000
    const address = (at: number) => `198.18.${Math.floor(at / 250)}.${(at % 250) + 1}`
    const addresses = Array.from({length: MANY}, (_, at) => address(at))

    beforeEach(() => lab.router.firewall.iptables('-I', 'FORWARD', '-d', '198.18.0.0/15', '-j', 'REJECT'))
    afterEach(() => lab.router.firewall.iptables('-F', 'FORWARD'))

    test.each([
      [`${MANY} addresses in DNS`, () => lab.setDns(addresses.map(each => `--address=/${DRS}/${each}`))],
      [
        `${MANY} lines of the hosts file`,
        () => shell(`for each in ${addresses.join(' ')}; do echo "$each ${DRS}"; done >> /etc/hosts`),
      ],
    ])('%s: sixteen are tried, and the rest is counted', async (_name, arrange) => {
      await arrange()
      const {result, report} = await check('firewall-443,drs-endpoint', '--timeout', '2')
      const drs = only(findingsFor(report, 'drs-endpoint'))
      expect(drs?.status).toBe('fail')
      expect(drs?.evidence.addresses).toHaveLength(16)
      expect(drs?.evidence.attempts).toHaveLength(16)
      expect(drs?.evidence.addressesLeftOut).toBe(MANY - 16)
      expect(drs?.evidence.layers?.[0]?.detail).toMatch(/, and 2984 more that are not used here$/)
      const firewall = only(findingsFor(report, 'firewall-443'))
      expect(firewall?.summary).toContain(`${DRS} has 2984 more addresses, which were not checked`)
      expect(result.stdout.length).toBeLessThan(60_000)
    })

    test('a chain of forty aliases leads to the address', async () => {
      const names = [DRS, ...Array.from({length: 40}, (_, at) => `alias-${at}.example`)]
      await lab.setDns([
        ...names.slice(1).map((name, at) => `--cname=${names[at]},${name}`),
        `--host-record=${names.at(-1)},${AWS.drs.ipv4}`,
        '--local=/example/',
      ])
      const {report} = await check('drs-endpoint')
      expect(only(findingsFor(report, 'drs-endpoint'))).toMatchObject({status: 'pass'})
    })

    test('of a hundred name servers as many are asked as the C library asks', async () => {
      await shell(`for at in $(seq 100); do echo "nameserver 198.18.9.$at"; done > /etc/resolv.conf`)
      const {report} = await check('drs-endpoint', '--timeout', '2')
      const drs = only(findingsFor(report, 'drs-endpoint'))
      expect(drs).toMatchObject({status: 'fail', code: expect.stringMatching(/^dns\./)})
      expect(drs?.evidence.nameServers).toEqual(['198.18.9.1', '198.18.9.2', '198.18.9.3'])
    })
  })

  describe('a limit of open files', () => {
    const everything = [
      '--staging-subnet',
      STAGING.subnet,
      '--replication-server',
      STAGING.ipv4,
      '--timeout',
      '2',
    ]
    const run = (limit: number, ...args: readonly string[]) =>
      lab.source.run(['prlimit', `--nofile=${limit}:${limit}`, ...lab.source.drsOnboardArgv(args)])

    test.each([22, 24, 30, 40, 50, 56, 64, 80])('of %i is told as that, or does no harm', async limit => {
      const result = await run(limit, ...RUN, ...everything)
      const {findings} = reportOf(result)
      for (const found of findings) {
        if (
          found.status === 'pass' ||
          found.code === 'os.unknown' ||
          found.code === 'replication.no-listener'
        )
          continue
        expect(found).toMatchObject({code: 'check.crashed', owner: 'this-host'})
        expect(found.summary).toMatch(/^This process cannot open enough files/)
        expect(found.nextStep).toContain('ulimit -n')
      }
      if (limit < 40) expect(findings.every(({status}) => status === 'error')).toBe(true)
    })

    test.each([['capture'], ['explain', '--state', 'package.json', '--to', '192.0.2.1', '--port', '443']])(
      'too low for %s is one sentence',
      async (...args) => {
        const {code, stderr, stdout} = await run(21, ...args)
        expect(stdout).toBe('')
        expect(stderr).not.toContain('bug')
        expect(stderr).toMatch(/^drs-onboard: .*\.\n$/)
        expect(code).toBe(2)
      },
    )
  })

  // The limit does not count for root, and a user namespace has one of its own.
  describe.runIf(process.getuid?.() === 0)('a limit of processes', () => {
    beforeAll(() => shell(INSTALL))

    test.each([14, 16, 20, 26, 40])('of %i is told as that, or does no harm', async limit => {
      const limited = ['prlimit', `--nproc=${limit}:${limit}`] as const
      const plain = ['setpriv', '--reuid=61234', '--regid=61234', '--clear-groups'] as const
      const program = [...INSTALLED, ...RUN] as const
      const result = await lab.source.run(
        [...limited, ...plain, ...program, '--only', 'privileges,firewall-443,drs-endpoint'],
        {env: {HOME: '/nonexistent'}, workingDirectory: '/'},
      )
      for (const {status, code, summary} of reportOf(result).findings) {
        if (code === 'check.crashed') expect(summary).toMatch(/^This user cannot start enough processes/)
        else
          expect(`${status} ${code}`).toMatch(/^(pass ok|warn (privileges\.limited|firewall\.unreadable))$/)
      }
    })
  })
})
