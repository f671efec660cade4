import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {CheckId} from '../../../src/contract/checks.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {Running, RunResult} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {AWS, STAGING} from '../lib/topology.ts'
import {findingsFor, reportOf} from './report.ts'

const REGION = ['--region', 'eu-central-1']
const DROP_443 = '-A OUTPUT -p tcp --dport 443 -j DROP'.split(' ')
const DROP_1500 = '-A OUTPUT -p tcp --dport 1500 -j DROP'.split(' ')

describeLab('a repair is proved', () => {
  let lab: Lab
  let before: string

  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab?.stop())
  beforeEach(async () => {
    await lab.source.firewall.iptables('-F', 'OUTPUT')
  })
  afterEach(async () => {
    await lab.router.firewall.iptables('-F', 'FORWARD')
    await lab.source.drsOnboard(['undo', '--yes'])
  })

  const fix = (...args: readonly string[]): Promise<RunResult> =>
    lab.source.drsOnboard(['fix', '--yes', ...args, '--json'])

  describe('to be needless, whatever the rules are taken to say', () => {
    /** What a program that misreads the rules prints in their place. */
    async function misread(...rules: readonly string[]) {
      const text = `*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`
      const write = 'mkdir -p /run/wrong && cat > "$0" && chmod 755 "$0"'
      const input = `#!/bin/sh\ncat <<E\n${text}E\n`
      await lab.source.must(['sh', '-c', write, '/run/wrong/iptables-nft-save'], {input})
    }
    async function run(command: readonly string[], only: string, args: readonly string[] = REGION) {
      const env = {PATH: `/run/wrong:${SYSTEM_PATH}`}
      const result = await lab.source.drsOnboard([...command, ...args, '--only', only, '--json'], {env})
      const report = reportOf(result)
      return {code: result.code, report, rules: findingsFor(report, only.split(',')[0] as CheckId)}
    }
    const NEEDLESS = {code: 'firewall.unknown', status: 'warn', owner: 'this-host', remedies: []}
    const block = (port: number, more = '') => `-A OUTPUT${more} -p tcp -m tcp --dport ${port} -j DROP`

    beforeEach(async () => {
      before = await lab.source.firewall.save()
    })
    afterEach(async () => {
      expect(await lab.source.firewall.save()).toBe(before)
    })

    test.each([
      ['a request', block(443), 'block', 'out-syn'],
      ['a reply', '-A INPUT -p tcp -m tcp --sport 443 -j DROP', 'block', 'in-synack'],
      [
        'the data that comes back',
        '-A INPUT -p tcp -m tcp --sport 443 ! --tcp-flags SYN SYN -j DROP',
        'block',
        'in-data',
      ],
    ])('by a connection that works: %s', async (_name, rule, verdict, stage) => {
      await misread(rule)
      const checks = 'firewall-443,drs-endpoint'
      for (const command of [['check'], ['fix', '--dry-run'], ['fix', '--yes', '--allow-disruptive']]) {
        const {code, report, rules} = await run(command, checks)
        expect(report.plan.remedies).toEqual([])
        expect(report.applied).toEqual([])
        expect(rules).toMatchObject([{...NEEDLESS, evidence: {disagreement: {rules: {verdict, stage}}}}])
        expect(rules[0]?.summary).toMatch(/; but connections to \S.* work: rules and kernel disagree/)
        expect(rules[0]?.nextStep).toMatch(/as a bug, with .* capture --output FILE/)
        expect(findingsFor(report, 'drs-endpoint')).toMatchObject([{code: 'ok'}])
        expect(code).toBe(0)
      }
    })

    test('by the way to a proxy that works', async () => {
      await misread(block(3128))
      const proxy = await lab.startProxy()
      const args = [...REGION, '--proxy-address', proxy.url]
      const {report, rules} = await run(['fix', '--yes'], 'firewall-443,drs-endpoint', args)
      proxy.process.kill()
      await proxy.process.ended
      expect(rules).toMatchObject([NEEDLESS])
      expect(findingsFor(report, 'drs-endpoint')).toMatchObject([{code: 'ok'}])
    })

    test.each([
      ['drops', ['-j', 'DROP'], /but packets to .* leave this server/],
      [
        'resets',
        ['-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
        /but packets to .* leave this server/,
      ],
    ])('for one address that works apart from another, which the network %s', async (_name, words, says) => {
      await misread(block(443))
      await lab.router.firewall.iptables('-A', 'FORWARD', '-d', AWS.s3.ipv4, ...words)
      const {rules} = await run(['fix', '--dry-run'], 'firewall-443')
      const about = (address: string) =>
        rules.filter(each => [each.evidence.addresses].flat().includes(address))
      expect(about(AWS.drs.ipv4)).toMatchObject([NEEDLESS])
      expect(about(AWS.drs.ipv4)[0]?.summary).toMatch(/but connections to 198\.51\.100\.10:443 work/)
      expect(about(AWS.s3.ipv4)).toMatchObject([NEEDLESS])
      expect(about(AWS.s3.ipv4)[0]?.summary).toMatch(says)
    })

    test('for one address alone, where the rules do stop the other', async () => {
      await misread(block(443))
      await lab.source.firewall.iptables('-A', 'OUTPUT', '-d', AWS.s3.ipv4, '-j', 'DROP')
      before = await lab.source.firewall.save()
      const {rules} = await run(['fix', '--dry-run'], 'firewall-443')
      const found = rules.map(({code, evidence, remedies}) => [code, evidence.addresses, remedies.length])
      expect(found).toEqual([
        ['firewall.unknown', [AWS.drs.ipv4], 0],
        ['firewall.drop', [AWS.s3.ipv4], 1],
      ])
    })

    test('by packets that leave, and the path goes on naming who blocks beyond', async () => {
      await misread(block(443))
      await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
      const {code, report, rules} = await run(['fix', '--yes', '--timeout', '2'], 'firewall-443,drs-endpoint')
      expect(report.applied).toEqual([])
      expect(rules).toMatchObject([NEEDLESS])
      expect(rules[0]?.summary).toMatch(/but packets to .* leave this server .*: rules and kernel disagree/)
      const [path] = findingsFor(report, 'drs-endpoint')
      expect(path).toMatchObject({code: 'tcp.timeout', status: 'fail', owner: 'network-team'})
      expect(path?.evidence).toMatchObject({blame: 'beyond', disagreement: {rules: {verdict: 'block'}}})
      expect(path?.nextStep).toContain('capture --output FILE')
      expect(code).toBe(3)
    })

    describe('on 1500', () => {
      const SUBNET = ['--staging-subnet', STAGING.subnet]
      const SERVER = ['--replication-server', STAGING.ipv4]
      const both = 'firewall-1500,replication-1500'

      test('a subnet has nobody to connect to, and stays as judged', async () => {
        await misread(block(1500))
        const {rules} = await run(['fix', '--dry-run'], both, SUBNET)
        expect(rules).toMatchObject([{code: 'firewall.drop', status: 'fail', remedies: [expect.anything()]}])
      })

      test('nor does a refusal show that anything works', async () => {
        await misread('-A INPUT -p tcp -m tcp --sport 1500 -j DROP')
        const {rules} = await run(['fix', '--dry-run'], both, [...SUBNET, ...SERVER])
        expect(rules).toMatchObject([{code: 'firewall.reply-blocked', status: 'fail'}])
      })

      test.each([
        ['a server', SERVER],
        ['a subnet with a known server in it', [...SUBNET, ...SERVER]],
      ])('by a listener that says nothing: %s', async (_name, args) => {
        await misread(block(1500))
        const listener = await lab.startReplicationServer()
        const {report, rules} = await run(['fix', '--yes'], both, args)
        listener.kill()
        await listener.ended
        expect(rules).toMatchObject([NEEDLESS])
        expect(report.applied).toEqual([])
        expect(findingsFor(report, 'replication-1500')).toMatchObject([{status: 'pass'}])
      })
    })

    test.each([
      ['not by what root may do, where the rules stop the user of the agent alone', '! ', 'firewall.drop', 1],
      ['by what root may do, where the rules are judged to stop root alone', '', 'firewall.unknown', 0],
    ])('%s', async (_name, not, code, remedies) => {
      await misread(block(443, ` -m owner ${not}--uid-owner 0`))
      const {rules} = await run(['fix', '--dry-run'], 'firewall-443')
      expect(rules.map(found => [found.code, found.remedies.length])).toEqual([[code, remedies]])
    })
  })

  describe('on 443', () => {
    const RULES = [...REGION, '--only', 'firewall-443']

    beforeEach(async () => {
      await lab.source.firewall.iptables(...DROP_443)
      before = await lab.source.firewall.save()
    })

    test('by a connection, of which there is nothing more to say', async () => {
      const fixed = await fix(...RULES)
      expect(reportOf(fixed).applied).toMatchObject([{result: 'kept'}])
      expect(reportOf(fixed).applied[0]?.reason ?? '').not.toContain('rules alone')
      expect(fixed.code).toBe(0)
    })

    test('by the answer of a server whose certificate is bad: any byte counts', async () => {
      await lab.setFaults({certificate: 'expired'})
      try {
        expect(reportOf(await fix(...RULES)).applied).toMatchObject([{result: 'kept'}])
      } finally {
        await lab.setFaults({})
      }
    })

    test.each([
      ['drops', ['-j', 'DROP']],
      ['rejects with RST', ['-j', 'REJECT', '--reject-with', 'tcp-reset']],
      ['rejects with ICMP', ['-j', 'REJECT', '--reject-with', 'icmp-admin-prohibited']],
    ])(
      'by packets that leave, where the network beyond %s: kept, and the path goes on naming it',
      async (_, words) => {
        await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '443', ...words)
        const fixed = await fix(...REGION, '--only', 'firewall-443,drs-endpoint')
        const report = reportOf(fixed)
        expect(report.applied).toMatchObject([{result: 'kept'}])
        expect(findingsFor(report, 'firewall-443')).toMatchObject([{code: 'ok'}])
        expect(findingsFor(report, 'drs-endpoint')).toMatchObject([{status: 'fail', owner: 'network-team'}])
        expect(fixed.code).toBe(3)
        expect(await lab.source.firewall.save()).not.toBe(before)
      },
    )

    test('by the rules, where the network beyond drops: kept, and said', async () => {
      await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
      expect(reportOf(await fix(...RULES)).applied).toMatchObject([
        {
          result: 'kept',
          reason: expect.stringMatching(
            /^This server now .*, but 198\.51\.100\.\d+:443 does not answer: the network blocks it too/,
          ),
        },
      ])
    })

    test('of what is still needed, where the first repair has done a part of the second', async () => {
      const {firewall} = lab.source
      await firewall.iptables('-F', 'OUTPUT')
      for (const [chain, {ipv4}] of Object.entries({TO_DRS: AWS.drs, TO_S3: AWS.s3})) {
        await firewall.iptables('-N', chain)
        await firewall.iptables('-A', chain, '-p', 'tcp', '--dport', '443', '-j', 'DROP')
        await firewall.iptables('-A', 'OUTPUT', '-d', ipv4, '-j', chain)
      }
      await firewall.iptables('-A', 'INPUT', '-p', 'tcp', '--sport', '443', '-j', 'DROP')
      try {
        const fixed = await fix(...RULES)
        const {applied, plan} = reportOf(fixed)
        expect(applied, fixed.stderr).toMatchObject([{result: 'kept'}, {result: 'kept'}])
        expect(fixed.stderr).toMatch(/: the rules have changed; replaced by open-443-/)
        // The first one opened INPUT for both.
        expect(plan.remedies.map(({steps}) => steps.length)).toEqual([2, 1])
        expect(applied.map(({remedy}) => remedy)).toEqual(plan.remedies.map(({id}) => id))
        expect(fixed.code).toBe(0)
        expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      } finally {
        await firewall.iptables('-F')
        await firewall.iptables('-X')
      }
    })

    test('where one endpoint of several answers', async () => {
      const others = ['-A', 'FORWARD', '-p', 'tcp', '--dport', '443', '!', '-d', AWS.drs.ipv4, '-j', 'DROP']
      await lab.router.firewall.iptables(...others)
      expect(reportOf(await fix(...RULES)).applied).toMatchObject([{result: 'kept', reason: null}])
    })

    test('by nothing where something that is no rule keeps the packets here: reverted, and said', async () => {
      await nameEndpointsLocally(lab)
      // A queue that takes no packet.
      await lab.source.must(['tc', 'qdisc', 'replace', 'dev', 'eth0', 'root', 'pfifo', 'limit', '0'])
      try {
        await expectTakenBack(await fix(...RULES), /no packet to 198\.51\.100\.10:443 leaves this server/)
      } finally {
        await lab.source.must(['tc', 'qdisc', 'del', 'dev', 'eth0', 'root'])
      }
    })

    test('not at all where a route forbids it, which no rule can fix', async () => {
      await nameEndpointsLocally(lab)
      await lab.source.must(['ip', 'route', 'add', 'prohibit', AWS.drs.ipv4])
      try {
        const fixed = await fix(...RULES)
        const {findings, applied} = reportOf(fixed)
        expect(findings).toMatchObject([
          {
            code: 'firewall.routing',
            owner: 'this-host',
            summary: expect.stringContaining('prohibit 198.51.100.10'),
          },
        ])
        expect(applied).toEqual([])
        expect(await lab.source.firewall.save()).toBe(before)
        expect(fixed.code).toBe(3)
      } finally {
        await lab.source.must(['ip', 'route', 'del', 'prohibit', AWS.drs.ipv4])
      }
    })

    async function expectTakenBack(fixed: RunResult, reason: RegExp): Promise<void> {
      expect(reportOf(fixed).applied).toMatchObject([
        {result: 'rolled-back', reason: expect.stringMatching(reason)},
      ])
      expect(await lab.source.firewall.save()).toBe(before)
      expect(fixed.code).toBe(4)
    }
  })

  describe('on 1500', () => {
    const RULES = [...REGION, '--only', 'firewall-1500', '--staging-subnet', STAGING.subnet]
    const server = ['--replication-server', STAGING.ipv4]
    const ALONE = /^Verified by rules only: /

    beforeEach(async () => {
      await lab.source.firewall.iptables(...DROP_1500)
      before = await lab.source.firewall.save()
    })

    test('by the rules alone where there is no address to connect to, and that is said', async () => {
      const fixed = await fix(...RULES)
      expect(reportOf(fixed).applied).toMatchObject([
        {
          result: 'kept',
          reason: expect.stringMatching(/^Verified by rules only: no address to connect to\./),
        },
      ])
      expect(fixed.code).toBe(0)
      const text = await lab.source.must(lab.source.drsOnboardArgv(['undo', '--list']))
      expect(text).toContain('in place')
    })

    test('by the far end’s refusal, where nobody listens yet', async () => {
      const [applied] = reportOf(await fix(...RULES, ...server)).applied
      expect(applied?.result).toBe('kept')
      expect(applied?.reason ?? '').not.toMatch(ALONE)
    })

    test('by the rules alone where the network does not answer (yet), and that is said', async () => {
      await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '1500', '-j', 'DROP')
      const [applied] = reportOf(await fix(...RULES, ...server)).applied
      expect(applied?.result).toBe('kept')
      expect(applied?.reason).toMatch(ALONE)
      expect(applied?.reason).toContain(`${STAGING.ipv4}:1500 does not answer (yet)`)
    })

    describe('with a listener', () => {
      let listener: Running

      beforeEach(async () => {
        listener = await lab.startReplicationServer()
      })
      afterEach(async () => {
        listener.kill()
        await listener.ended
      })

      test('by the acknowledgement of a listener that says nothing', async () => {
        const [applied] = reportOf(await fix(...RULES, ...server)).applied
        expect(applied?.result).toBe('kept')
        expect(applied?.reason ?? '').not.toMatch(ALONE)
      })
    })
  })
})

/** All endpoints are known at one address, and no name server is there to ask. */
async function nameEndpointsLocally({source, region}: Lab): Promise<void> {
  const argv = source.drsOnboardArgv(['endpoints', '--region', region, '--format', 'json'])
  const rows: readonly {host: string; port: number}[] = JSON.parse(await source.must(argv))
  const hosts = rows.filter(({port}) => port === 443).map(({host}) => `${AWS.drs.ipv4} ${host}\n`)
  await source.must(['sh', '-c', 'cat > /etc/hosts'], {input: hosts.join('')})
  // Where the file is slow to be asked, a name server's answer would be taken instead.
  await source.must(['sh', '-c', 'echo nameserver 127.0.0.1 > /etc/resolv.conf'])
}
