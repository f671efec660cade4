import type {LabHost, Running} from './host.ts'
import {AWS, hasIpv6} from './topology.ts'

export type DnsOptions = {
  readonly ipv6: boolean
  /** Further arguments of dnsmasq: what it says of a longer domain wins. */
  readonly extra?: readonly string[]
}

/** Starts dnsmasq on the stand-in for AWS; every name below AWS's domains has an address, no other name exists. */
export async function startDns(
  aws: LabHost,
  region: string,
  {ipv6, extra = []}: DnsOptions,
): Promise<Running> {
  const services = [
    {domains: ['amazonaws.com', 'api.aws'], at: AWS.drs},
    {domains: [`ec2.${region}.amazonaws.com`, `ec2.${region}.api.aws`], at: AWS.ec2},
    {
      domains: [`s3.${region}.amazonaws.com`, `s3.dualstack.${region}.amazonaws.com`, 's3.amazonaws.com'],
      at: AWS.s3,
    },
    {domains: [`s3.${region}.vpce.amazonaws.com`], at: AWS.s3},
  ]
  const addresses = services.flatMap(({domains, at}) => {
    const families = ipv6 && hasIpv6() ? [at.ipv4, at.ipv6] : [at.ipv4]
    return domains.flatMap(domain => families.map(address => `--address=/${domain}/${address}`))
  })
  return await aws.startServer(
    [
      'dnsmasq',
      ...['--conf-file=/dev/null', '--keep-in-foreground', '--log-facility=-', '--pid-file='],
      // Stay who we are: a user namespace has no other users, and may not change groups.
      ...['--user=', '--group='],
      // "local" without an address: a name of a family that has none exists, without data.
      ...['--no-resolv', '--no-hosts', '--local=/amazonaws.com/', '--local=/api.aws/', '--local=//'],
      ...addresses,
      ...extra,
    ],
    /started, version/,
  )
}
