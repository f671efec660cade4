import {afterEach, expect, test} from 'vitest'
import {VPC_ENDPOINT} from '../lib/certificates.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {RunOptions} from '../lib/host.ts'
import {type Lab, type LabOptions, startLab} from '../lib/lab.ts'
import {AWS, PROXY, STAGING} from '../lib/topology.ts'
import {REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

type Variant = {
  readonly name: string
  readonly lab?: LabOptions
  readonly arrange?: (lab: Lab) => Promise<unknown>
  readonly args?: (lab: Lab) => readonly string[]
  readonly env?: (lab: Lab) => NonNullable<RunOptions['env']>
  /** In the text of the summary. */
  readonly says?: readonly string[]
}

const DIRECT_443 = ['-s', '10.9.0.2', '-p', 'tcp', '--dport', '443', '-j', 'DROP']
const PROXY_URL = `http://${PROXY.ipv4}:3128/`
const viaProxy = async (lab: Lab) => {
  await lab.startProxy()
  await lab.router.firewall.iptables('-A', 'FORWARD', ...DIRECT_443)
}

/** Servers and networks that are in order, each in a way of its own: none of them may raise an alarm. */
const VARIANTS: readonly Variant[] = [
  {name: 'IPv4 alone'},
  {name: 'IPv4 and IPv6', lab: {ipv6: true}},
  {
    name: 'IPv6 that leads nowhere beside a working IPv4',
    lab: {ipv6: true},
    arrange: lab => lab.router.firewall.ip6tables('-A', 'FORWARD', '-j', 'DROP'),
  },
  {
    name: 'IPv6 alone for 443',
    lab: {ipv6: true},
    arrange: async lab => {
      for (const to of [AWS.drs.ipv4, AWS.s3.ipv4, AWS.ec2.ipv4])
        await lab.router.firewall.iptables('-A', 'FORWARD', '-d', to, '-j', 'DROP')
    },
  },
  {
    name: 'a proxy of HTTP/1.0 as the only way out',
    arrange: viaProxy,
    args: () => ['--proxy-address', PROXY_URL],
    says: ['Only the proxy has a way out for TCP 443', 'TCP 1500 is never proxied'],
  },
  {
    name: 'a proxy with credentials from the environment',
    arrange: lab => lab.startProxy({credentials: {user: 'ops', password: 'pa55-w0rd'}}),
    env: () => ({https_proxy: `http://ops:pa55-w0rd@${PROXY.ipv4}:3128/`}),
    says: ['through the proxy and without it', 'sudo -E'],
  },
  {
    name: 'NO_PROXY for all of AWS, beside a proxy that is down',
    env: () => ({https_proxy: PROXY_URL, NO_PROXY: '.amazonaws.com'}),
  },
  {
    name: 'proxies that are configured for other programs',
    arrange: async lab => {
      await lab.source.must([
        'sh',
        '-c',
        `echo 'Acquire::http::Proxy "${PROXY_URL}";' > /etc/apt/apt.conf.d/95proxy`,
      ])
    },
    says: ['/etc/apt/apt.conf.d/95proxy names a proxy', `--proxy-address ${PROXY_URL}`],
  },
  {
    name: "a company's CA that is trusted, and does not intercept AWS",
    env: lab => ({NODE_EXTRA_CA_CERTS: lab.certificates.interceptionCaFile}),
  },
  {name: 'a slow link that works', lab: {faults: {bytesPerSecond: 2_000_000}}},
  {
    name: 'PrivateLink for DRS and S3',
    arrange: async lab => {
      await lab.aws.must(['ip', 'address', 'add', '10.20.7.7/32', 'dev', 'lo'])
      await lab.router.must(['ip', 'route', 'add', '10.20.7.7/32', 'via', AWS.drs.ipv4])
      await lab.setDns([`--address=/vpce.amazonaws.com/10.20.7.7`])
    },
    args: () => [
      ...['--endpoint', `${VPC_ENDPOINT}.drs.${REGION}.vpce.amazonaws.com`],
      ...['--s3-endpoint', `${VPC_ENDPOINT}.s3.${REGION}.vpce.amazonaws.com`],
    ],
  },
  {name: 'dual-stack names', lab: {ipv6: true}, args: () => ['--dualstack']},
]

describeLab('a healthy path raises no alarm:', () => {
  let lab: Lab | undefined
  afterEach(() => lab?.stop())

  test.each(VARIANTS)('$name', async ({lab: options = {}, arrange, args, env, says = []}) => {
    lab = await startLab({replicationServer: true, ...options})
    await arrange?.(lab)
    const run = ['check', '--region', REGION, '--replication-server', STAGING.ipv4]
    const given = {env: env?.(lab) ?? {}}
    const json = await lab.source.drsOnboard([...run, ...(args?.(lab) ?? []), '--json'], given)
    const text = await lab.source.drsOnboard([...run, ...(args?.(lab) ?? [])], given)
    const report = reportOf(json)
    const amiss = report.findings.filter(({check, status}) => check !== 'os' && status !== 'pass')
    expect(amiss, JSON.stringify(amiss, null, 1)).toEqual([])
    expect(findingsFor(report, 'installer-download')).toHaveLength(1)
    expect(json.code).toBe(0)
    const plain = text.stdout.replace(/\s+/g, ' ')
    for (const sentence of says) expect(plain).toContain(sentence)
    expect(json.stdout + json.stderr + text.stdout + text.stderr).not.toContain('pa55-w0rd')
  })
})
