import {afterAll, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {PROXY} from '../lib/topology.ts'
import {REGION} from './path-cases.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'

/** Lets lookups out, and nothing else. */
const CLOSED = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT
-A OUTPUT -j REJECT --reject-with icmp-port-unreachable
COMMIT
`

describeLab('a server whose only way out is a proxy that its own rules stop', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
    await lab.startProxy()
    await lab.router.firewall.iptables(
      '-A',
      'FORWARD',
      '-s',
      '10.9.0.2',
      '-p',
      'tcp',
      '--dport',
      '443',
      '-j',
      'DROP',
    )
    await lab.source.firewall.restore(CLOSED)
  })
  afterAll(() => lab?.stop())

  const args = ['--region', REGION, '--timeout', '2', '--skip', 'firewall-1500,replication-1500', '--json']
  const proxy = ['--proxy-address', `http://${PROXY.ipv4}:3128/`]

  test('the paths wait for firewall-443, which offers the way to the proxy and no other', async () => {
    const report = reportOf(await lab.source.drsOnboard(['check', ...args, ...proxy]))
    expect(codesOf(report)).toContain('firewall-443: fail firewall.reject')
    for (const check of ['drs-endpoint', 's3-buckets', 'installer-download'] as const)
      expect(findingsFor(report, check).every(({status}) => status === 'skip')).toBe(true)
    expect(report.plan.remedies).toHaveLength(1)
    expect(report.plan.remedies[0]?.steps[0]?.do).toEqual(
      expect.arrayContaining(['-d', `${PROXY.ipv4}/32`, '--dport', '3128']),
    )
  })

  test('fix opens it, and all of AWS answers', async () => {
    const fixed = await lab.source.drsOnboard(['fix', '--yes', '--allow-disruptive', ...args, ...proxy])
    expect(reportOf(fixed).applied).toMatchObject([{result: 'kept'}])
    const after = await lab.source.drsOnboard(['check', ...args, ...proxy])
    expect(codesOf(reportOf(after)).filter(line => !/^(os|privileges):/.test(line))).toEqual([
      'firewall-443: pass ok',
      'drs-endpoint: pass ok',
      's3-buckets: pass ok',
      'ec2-endpoint: pass ok',
      'installer-download: pass ok',
    ])
    expect(after.code).toBe(0)
  })
})
