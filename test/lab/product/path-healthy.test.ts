import {afterEach, expect, test} from 'vitest'
import {VPC_ENDPOINT} from '../lib/certificates.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {RunOptions} from '../lib/host.ts'
import {type Lab, type LabOptions, startLab} from '../lib/lab.ts'
import {libraryFile, NODE} from '../lib/paths.ts'
import {AWS, PROXY, STAGING} from '../lib/topology.ts'
import {REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

type Variant = {
  readonly name: string
  readonly lab?: LabOptions
  readonly arrange?: (lab: Lab) => Promise<unknown>
  readonly args?: (lab: Lab) => readonly string[]
  readonly env?: (lab: Lab) => NonNullable<RunOptions['env']>
  /** In the text of the summary, or in the report. */
  readonly says?: readonly string[]
}

const DIRECT_443 = ['-s', '10.9.0.2', '-p', 'tcp', '--dport', '443', '-j', 'DROP']
const PROXY_URL = `http://${PROXY.ipv4}:3128/`
const viaProxy = async (lab: Lab) => {
  await lab.startProxy()
  await lab.router.firewall.iptables('-A', 'FORWARD', ...DIRECT_443)
}

/** What the firmware of an EC2 instance says of itself. */
const ON_EC2 =
  'mount -t tmpfs tmpfs /sys/class && mkdir -p /sys/class/dmi/id && echo "Amazon EC2" > /sys/class/dmi/id/sys_vendor'

/** Servers and networks that are sound, each in a way of its own: none of them may raise an alarm. */
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
    // The direct way, which is measured beside, waits that long in vain.
    args: () => ['--proxy-address', PROXY_URL, '--timeout', '3'],
    says: ['TCP 443 works only through the proxy', 'TCP 1500 never uses a proxy'],
  },
  {
    name: 'a proxy with credentials from the environment',
    arrange: lab => lab.startProxy({credentials: {user: 'ops', password: 'pa55-w0rd'}}),
    env: () => ({https_proxy: `http://ops:pa55-w0rd@${PROXY.ipv4}:3128/`}),
    says: ['TCP 443 works with and without the proxy', 'sudo -E'],
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
    says: ['/etc/apt/apt.conf.d/95proxy sets a proxy', `--proxy-address ${PROXY_URL}`],
  },
  {
    name: "a company's CA that is trusted, and does not intercept AWS",
    env: lab => ({NODE_EXTRA_CA_CERTS: lab.certificates.interceptionCaFile}),
  },
  {name: 'a slow link that works', lab: {faults: {bytesPerSecond: 2_000_000}}},
  {
    name: 'PrivateLink for DRS and S3, from an EC2 instance',
    arrange: async lab => {
      await lab.aws.must(['ip', 'address', 'add', '10.20.7.7/32', 'dev', 'lo'])
      await lab.router.must(['ip', 'route', 'add', '10.20.7.7/32', 'via', AWS.drs.ipv4])
      await lab.setDns([`--address=/vpce.amazonaws.com/10.20.7.7`])
      await lab.source.must(['sh', '-c', ON_EC2])
    },
    says: ['On EC2 instances AWS advises against --endpoint'],
    args: () => [
      ...['--endpoint', `${VPC_ENDPOINT}.drs.${REGION}.vpce.amazonaws.com`],
      ...['--s3-endpoint', `${VPC_ENDPOINT}.s3.${REGION}.vpce.amazonaws.com`],
    ],
  },
  {name: 'dual-stack names', lab: {ipv6: true}, args: () => ['--dualstack']},
  {
    name: 'FIPS names, looked up with search domains',
    lab: {region: 'us-east-1'},
    arrange: lab =>
      lab.source.must(['sh', '-c', 'echo "search corp.example example.net" >> /etc/resolv.conf']),
    args: () => ['--fips'],
    says: ['drs-fips.us-east-1.amazonaws.com'],
  },
  {
    name: 'a name server that takes its time',
    arrange: async lab => {
      const relay = [NODE, libraryFile('slow-dns.ts'), '700', AWS.dns.ipv4] as const
      await lab.staging.startServer(relay, /ready/)
      await lab.source.must(['sh', '-c', `echo "nameserver ${STAGING.ipv4}" > /etc/resolv.conf`])
    },
  },
]

describeLab('a healthy path raises no alarm:', () => {
  let lab: Lab | undefined
  afterEach(() => lab?.stop())

  test.each(VARIANTS)('$name', async ({lab: options = {}, arrange, args, env, says = []}) => {
    lab = await startLab({replicationServer: true, ...options})
    await arrange?.(lab)
    const run = ['check', '--region', lab.region, '--replication-server', STAGING.ipv4]
    const given = {env: env?.(lab) ?? {}}
    const json = await lab.source.drsOnboard([...run, ...(args?.(lab) ?? []), '--json'], given)
    const text = says.length > 0 ? await lab.source.drsOnboard([...run, ...(args?.(lab) ?? [])], given) : json
    const report = reportOf(json)
    const amiss = report.findings.filter(({check, status}) => check !== 'os' && status !== 'pass')
    expect(amiss, JSON.stringify(amiss, null, 1)).toEqual([])
    expect(findingsFor(report, 'installer-download')).toHaveLength(1)
    expect(json.code).toBe(0)
    const plain = (text.stdout + json.stdout).replace(/\s+/g, ' ')
    for (const sentence of says) expect(plain).toContain(sentence)
    expect(json.stdout + json.stderr + text.stdout + text.stderr).not.toContain('pa55-w0rd')
  })
})
