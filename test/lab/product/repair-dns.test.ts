import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {Report} from '../../../src/report/report.ts'
import {save} from '../../firewall/plan/situations.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {libraryFile, NODE} from '../lib/paths.ts'
import {AWS} from '../lib/topology.ts'
import {expectPreviewed} from './hold-preview.ts'
import {REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

const RUN = ['--region', REGION, '--timeout', '2', '--only', 'firewall-443,drs-endpoint', '--json']
const PROGRAMS = ['iptables-nft', 'iptables-legacy']
/** Where systemd-resolved lists the servers that it asks. */
const RESOLVED = '/run/systemd/resolve/resolv.conf'
const EMPTY = save({filter: [], mangle: [], raw: []})
/** Another name server, at which somebody answers as well. */
const OTHER = AWS.ec2.ipv4

type Engine = 'iptables-nft' | 'iptables-legacy' | 'nft'

type DnsSituation = {
  readonly name: string
  readonly engine: Engine
  readonly rules: string
  readonly servers?: readonly string[]
  readonly code: string
  readonly status?: 'warn'
  readonly risk?: 'disruptive'
  readonly steps: readonly RegExp[]
}

const SITUATIONS: readonly DnsSituation[] = [
  {
    name: 'a policy of INPUT that knows replies over TCP alone',
    engine: 'iptables-nft',
    rules: save({
      filter: [
        ':INPUT DROP',
        '-A INPUT -i lo -j ACCEPT',
        '-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ],
    }),
    code: 'firewall.reply-blocked',
    steps: [
      /^iptables\S* -w 5 -A INPUT -p udp -s 198\.51\.100\.53\/32 --sport 53 -m conntrack --ctstate ESTABLISHED /,
    ],
  },
  {
    name: 'the same, with iptables-legacy',
    engine: 'iptables-legacy',
    rules: save({
      filter: [
        ':INPUT DROP',
        '-A INPUT -i lo -j ACCEPT',
        '-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ],
    }),
    code: 'firewall.reply-blocked',
    steps: [/^iptables\S* -w 5 -A INPUT -p udp /],
  },
  {
    name: 'a drop of all UDP that goes out',
    engine: 'iptables-nft',
    rules: save({filter: ['-A OUTPUT -o lo -j ACCEPT', '-A OUTPUT -p udp -j DROP']}),
    code: 'firewall.drop',
    steps: [/^iptables\S* -w 5 -I OUTPUT 2 -p udp -d 198\.51\.100\.53\/32 --dport 53 /],
  },
  {
    name: 'answers that connection tracking does not know',
    engine: 'iptables-nft',
    rules: save({
      raw: [
        '-A OUTPUT -p udp -m udp --dport 53 -j CT --notrack',
        '-A PREROUTING -p udp -m udp --sport 53 -j CT --notrack',
      ],
      filter: [
        ':INPUT DROP',
        '-A INPUT -i lo -j ACCEPT',
        '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ],
    }),
    code: 'firewall.reply-blocked',
    steps: [/^iptables\S* -w 5 -A INPUT -p udp -s 198\.51\.100\.53\/32 --sport 53 -m comment /],
  },
  {
    name: 'native nftables, with a policy both ways',
    engine: 'nft',
    rules: `table inet own {
  chain out { type filter hook output priority 0; policy drop; oif lo accept; tcp dport 443 accept; }
  chain in { type filter hook input priority 0; policy drop; iif lo accept; tcp sport 443 ct state established accept; }
}`,
    code: 'firewall.policy',
    steps: [/udp dport 53/, /udp sport 53/, /tcp dport 53/, /tcp sport 53/],
  },
  {
    name: 'the first of two name servers alone',
    engine: 'iptables-nft',
    rules: save({filter: [`-A INPUT -s ${AWS.dns.ipv4}/32 -p udp -m udp --sport 53 -j DROP`]}),
    servers: [AWS.dns.ipv4, OTHER],
    code: 'firewall.reply-blocked',
    status: 'warn',
    risk: 'disruptive',
    steps: [/^iptables\S* -w 5 -I INPUT 1 -p udp -s 198\.51\.100\.53\/32 --sport 53 /],
  },
]

describeLab('DNS that own rules stop', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab?.stop())

  const must = (...argv: [string, ...string[]]) => lab.source.must(argv)

  beforeEach(async () => {
    await must('nft', 'flush', 'ruleset')
    for (const program of PROGRAMS) await lab.source.must([`${program}-restore`], {input: EMPTY})
    await setServers([AWS.dns.ipv4])
  })

  const setServers = (servers: readonly string[]) =>
    lab.source.must(['tee', '/etc/resolv.conf'], {
      input: servers.map(server => `nameserver ${server}\n`).join(''),
    })

  async function load({engine, rules, servers}: DnsSituation): Promise<void> {
    if (servers) await setServers(servers)
    await lab.source.firewall.use(engine === 'iptables-legacy' ? 'legacy' : 'nft')
    if (engine === 'nft') await lab.source.must(['nft', '-f', '-'], {input: rules})
    else await lab.source.must([`${engine}-restore`], {input: rules})
  }

  const ofNames = (report: Report) =>
    findingsFor(report, 'firewall-443').filter(({evidence}) => evidence.port === 53)

  const everything = async () => [await lab.source.firewall.save()]

  test.each(SITUATIONS)(
    '$name: named, repaired, proved by an answer, undone to the byte',
    async situation => {
      const {code, status = 'fail', risk, steps} = situation
      await load(situation)
      const start = await everything()

      const found = reportOf(await lab.source.drsOnboard(['check', ...RUN]))
      expect(ofNames(found)).toMatchObject([{code, status, owner: 'this-host'}])
      expect(found.findings.filter(({owner}) => owner === 'dns-admin')).toEqual([])
      expect(await everything()).toEqual(start)

      const consent = risk === 'disruptive' ? ['--allow-disruptive'] : []
      const fixed = reportOf(await lab.source.drsOnboard(['fix', '--yes', ...consent, ...RUN]))
      expect(fixed.applied).toMatchObject([{result: 'kept', reason: null}])
      const done = fixed.plan.remedies.flatMap(remedy => remedy.steps.filter(({lasting}) => !lasting))
      expect(done.map(step => step.do.join(' '))).toHaveLength(steps.length)
      for (const [at, step] of steps.entries()) expect(done[at]?.do.join(' ')).toMatch(step)
      expect(findingsFor(fixed, 'drs-endpoint')[0]).toMatchObject({status: 'pass'})
      expectPreviewed(fixed, start, await everything())

      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.code, undone.stdout + undone.stderr).toBe(0)
      expect(await everything()).toEqual(start)
    },
  )

  test('behind the stub of systemd-resolved: the rule that stops what it asks is named', async () => {
    await setServers(['127.0.0.53'])
    await lab.source.must(['mkdir', '-p', '/run/systemd/resolve'])
    await lab.source.must(['tee', RESOLVED], {input: `nameserver ${AWS.dns.ipv4}\n`})
    await lab.source.startServer([NODE, libraryFile('failing-dns.ts'), '53', '127.0.0.53'], /ready/)
    const rules = ['-A OUTPUT -o lo -j ACCEPT', '-A OUTPUT -p udp -m udp --dport 53 -j DROP']
    await lab.source.must(['iptables-nft-restore'], {input: save({filter: rules})})
    const report = reportOf(await lab.source.drsOnboard(['fix', '--dry-run', ...RUN]))
    await lab.source.must(['rm', RESOLVED])
    expect(ofNames(report)).toMatchObject([
      {code: 'firewall.drop', target: `name server ${AWS.dns.ipv4}`, evidence: {addresses: [AWS.dns.ipv4]}},
    ])
    expect(report.findings.filter(({owner}) => owner === 'dns-admin')).toEqual([])
    expect(report.plan.remedies).toHaveLength(1)
  })

  describe('where nothing of this host stops it', () => {
    test('the first of two name servers, blocked, whose refusal is told at once, keeps nobody waiting', async () => {
      await setServers([AWS.dns.ipv4, OTHER])
      const rule = `-A OUTPUT -d ${AWS.dns.ipv4}/32 -p udp -m udp --dport 53 -j DROP`
      await lab.source.must(['iptables-nft-restore'], {input: save({filter: [rule]})})
      const report = reportOf(await lab.source.drsOnboard(['check', ...RUN]))
      expect(findingsFor(report, 'drs-endpoint')[0]).toMatchObject({status: 'pass'})
      expect(report.findings.filter(({owner}) => owner === 'dns-admin')).toEqual([])
    })

    test('the DNS administrators are asked', async () => {
      await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'udp', '--dport', '53', '-j', 'DROP')
      const report = reportOf(await lab.source.drsOnboard(['check', ...RUN]))
      await lab.router.firewall.iptables('-F', 'FORWARD')
      expect(ofNames(report)).toEqual([])
      expect(findingsFor(report, 'drs-endpoint')[0]).toMatchObject({code: 'dns.timeout', owner: 'dns-admin'})
    })
  })
})
