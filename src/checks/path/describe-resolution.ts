import type {Resolution} from '../../platform/network/dns.ts'

/** What the resolver answered, as a clause: the addresses, or what went wrong in DNS's own words. */
export function describeResolution(resolution: Resolution): string {
  if (resolution.kind === 'resolved') return resolution.addresses.map(({address}) => address).join(', ')
  const {code, errno, ms} = resolution
  switch (errno) {
    case 'ENOTFOUND':
      return 'NXDOMAIN'
    case 'ENODATA':
      return 'the name exists but has no address'
    case 'ESERVFAIL':
      return 'SERVFAIL'
    case 'EREFUSED':
      return 'REFUSED'
    case 'ECONNREFUSED':
      return code === 'dns.timeout'
        ? 'the answer is truncated, and the rest cannot be asked for over TCP 53'
        : 'port 53 of the name server is closed'
    case 'ETIMEOUT':
    case 'ETIMEDOUT':
      return `no answer in ${Math.round(ms / 100) / 10} s`
    default:
      return errno
  }
}
