import {parseDestination} from '../../../firewall/model/destination.ts'
import type {Transport} from '../../../firewall/model/protocol.ts'
import {notForTcp} from '../../../firewall/model/special-addresses.ts'
import type {Resolution} from '../../../platform/network/dns/resolve.ts'
import {connectedAddress} from '../addresses.ts'

/** How a name server is asked. */
export type NameQuery = {
  /** The server's address. */
  readonly to: string
  readonly port: number
  readonly protocol: Transport
  /** Who asks: the programs of this host themselves, or systemd-resolved for them. */
  readonly by: 'programs' | 'systemd-resolved'
}

/** More than resolv.conf(5) makes use of would not tell more. */
const MOST_SERVERS = 3

/** What a name server has said of the name itself. */
const ANSWERED: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

/** Whether name servers have said whether the name exists. */
export function isAnswered(resolution: Resolution): boolean {
  return resolution.kind === 'resolved' || ANSWERED.has(resolution.errno)
}

/** What a name server has said instead of an answer. */
const REFUSALS: ReadonlySet<string> = new Set(['ESERVFAIL', 'EREFUSED'])

/**
 * Whether a name could not be looked up while one of the name servers may have kept silent or not have been asked, for
 * which this host's own rules may be the reason. A resolver on this host reports a failure in place of those behind it.
 */
export function isUnheard(resolution: Resolution): boolean {
  if (isAnswered(resolution) || resolution.kind === 'resolved') return false
  const {errno, servers = []} = resolution
  const [only = '', ...others] = servers
  const isOnlyOne = others.length === 0 && !isLoopback(only)
  return errno !== 'NOROUTE' && !(isOnlyOne && REFUSALS.has(errno))
}

/** Whether this host's kernel did not let the queries out. */
export function isForbidden(resolution: Resolution): boolean {
  return resolution.kind === 'failed' && resolution.errno === 'FORBIDDEN'
}

/** A look-up that one of several name servers kept waiting takes longer, in milliseconds (resolv.conf(5), `timeout`). */
const SLOW_MS = 1_000

/** Whether a name was found so late that one of the name servers may have kept silent. */
export function isSlow(resolution: Resolution): boolean {
  if (resolution.kind !== 'resolved') return false
  const {servers = [], ms, unansweredMs} = resolution
  return unansweredMs !== undefined || (servers.length > 1 && ms >= SLOW_MS)
}

/**
 * The queries that a look-up takes: to the servers of resolv.conf(5), and where systemd-resolved is all of these, by it
 * to those behind it. What a truncated answer leaves out is asked for over TCP.
 *
 * @param resolvedFile where systemd-resolved lists those behind it; its own file unless given
 */
export async function nameQueries(
  {servers = [], ...resolution}: Resolution,
  resolvedFile?: string,
): Promise<readonly NameQuery[]> {
  const [{parseServer}, {upstreamServers}] = await Promise.all([
    import('../../../platform/network/dns/name-servers.ts'),
    import('../../../platform/network/dns/name-servers.ts'),
  ])
  const isTruncated = resolution.kind === 'failed' && resolution.errno === 'TRUNCATED'
  const protocol = isTruncated ? 'tcp' : 'udp'
  const behind = await upstreamServers(servers, resolvedFile)
  const asked = [
    ...servers.slice(0, MOST_SERVERS).map(server => ({server, protocol, by: 'programs'}) as const),
    ...(behind === servers ? [] : behind.slice(0, MOST_SERVERS)).map(
      server => ({server, protocol: 'udp', by: 'systemd-resolved'}) as const,
    ),
  ]
  const queries = asked.map(({server, ...how}) => {
    const {address, port} = parseServer(server)
    return {to: connectedAddress(address), port, ...how}
  })
  return queries.filter(({to}) => notForTcp(parseDestination(to) ?? []) === null)
}

/** Whether a server of `dns.getServers` is on this host. */
export function isLoopback(server: string): boolean {
  return /^(?:127\.|\[?::1\]?(?::|$))/.test(server)
}
