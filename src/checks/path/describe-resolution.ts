import type {Resolution} from '../../platform/network/dns/resolve.ts'

/** What the resolver answered, as a clause: the addresses, or what went wrong in DNS's own words. */
export function describeResolution(resolution: Resolution): string {
  if (resolution.kind === 'resolved') {
    const {addresses, leftOut = 0, unansweredMs} = resolution
    const more = leftOut > 0 ? `, and ${leftOut} more that are not used here` : ''
    const late =
      unansweredMs === undefined ? '' : `; getaddrinfo(3) had not answered after ${seconds(unansweredMs)}`
    return `${addresses.map(({address}) => address).join(', ')}${more}${late}`
  }
  return `${describeFailure(resolution)}${describeServers(resolution.servers)}`
}

function describeFailure({errno, ms}: Pick<Extract<Resolution, {kind: 'failed'}>, 'errno' | 'ms'>): string {
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
      return 'port 53 of the name server is closed'
    case 'TRUNCATED':
      return 'the answer is truncated, and TCP 53 does not return the rest'
    case 'FORBIDDEN':
      return 'the host firewall blocks UDP 53'
    case 'NOROUTE':
      return 'no route to the name server'
    case 'ETIMEOUT':
    case 'ETIMEDOUT':
      return `no answer in ${seconds(ms)}`
    default:
      return errno
  }
}

/** Milliseconds as seconds, to a tenth. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}

function describeServers(servers: readonly string[] | undefined): string {
  if (servers === undefined || servers.length === 0) return ''
  return servers.length === 1 ? ` (name server ${servers[0]})` : ` (name servers ${servers.join(', ')})`
}
