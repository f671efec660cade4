import dgram from 'node:dgram'
import net from 'node:net'
import {parseDestinationAddress} from '../../../firewall/model/destination.ts'
import {hostPort} from '../../../lib/host-port.ts'
import {readSystemFile} from '../../files/read.ts'
import {noted, shortageOf} from '../../process/shortage.ts'
import {errorCode, type Limits, waitFor} from '../wait.ts'

const DNS_PORT = 53
const TRUNCATED = 0x02
const RECURSION_DESIRED = 0x01

/**
 * What came of one query over UDP. `truncated`: the rest must be asked for over TCP (RFC 1035 section 4.2.1, RFC 7766).
 * `closed`: nothing listens on the port. `forbidden`: this host's own firewall does not let the query out, which
 * send(2) tells with EPERM. `no-route`: the server's network is not in the routing table.
 */
export type ServerAnswer = 'whole' | 'truncated' | 'closed' | 'forbidden' | 'no-route'

/**
 * Asks each name server separately for a name's A record, and tells what each answered as soon as it is known; a server
 * that is silent until the time is up is not reported.
 *
 * @param servers addresses as `dns.getServers` gives them: with a port where it is not 53.
 * @throws the signal's reason when the run is cancelled, and errors that are a shortage on this host.
 */
export async function askNameServers(
  name: string,
  servers: readonly string[],
  tell: (server: string, answer: ServerAnswer) => void,
  limits: Limits,
): Promise<void> {
  await Promise.all(
    servers.map(async server => {
      const answer = await askOverUdp(server, addressQuery(name), limits)
      if (answer !== null) tell(server, answer)
    }),
  )
}

/** A query for the A record. Source: RFC 1035 section 4.1. */
export function addressQuery(name: string): Buffer {
  const id = Math.floor(Math.random() * 0x1_0000)
  const header = Buffer.from([id >> 8, id & 0xff, RECURSION_DESIRED, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .flatMap(label => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}

/** A name server as queries to it are carried: an IPv4-mapped address is IPv4. */
export function carriedServer(server: string): string {
  const {address, port} = partsOf(server)
  const canonical = parseDestinationAddress(address)?.address ?? address
  return port === null ? canonical : hostPort(canonical, port)
}

/** `dns.getServers` puts an IPv6 address in brackets where a port follows. */
function partsOf(server: string): {readonly address: string; readonly port: number | null} {
  if (net.isIP(server) !== 0) return {address: server, port: null}
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^[]+?))(?::(\d+))?$/.exec(server) ?? []
  return {address: bracketed ?? plain ?? server, port: port === undefined ? null : Number(port)}
}

/** Where queries to a server of `dns.getServers` go. */
export function parseServer(server: string): {readonly address: string; readonly port: number} {
  const {address, port} = partsOf(server)
  return {address, port: port ?? DNS_PORT}
}

async function askOverUdp(server: string, question: Buffer, limits: Limits): Promise<ServerAnswer | null> {
  const {address, port} = parseServer(server)
  const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4')
  try {
    const answer = await waitFor<ServerAnswer | Error | null>(
      limits,
      () => null,
      settle => {
        const fail = (error: Error | null | undefined) => {
          if (error) settle(shortageOf(error) === null ? failedQuery(errorCode(error)) : error)
        }
        // A connected socket hears of a closed port (ICMP), so nothing is waited for there.
        socket.on('error', fail)
        socket.on('message', answer => {
          if (answer.subarray(0, 2).equals(question.subarray(0, 2)))
            settle(((answer[2] ?? 0) & TRUNCATED) === 0 ? 'whole' : 'truncated')
        })
        socket.connect(port, address, (error?: Error | null) => {
          if (error) fail(error)
          else socket.send(question, fail)
        })
        return () => undefined
      },
    )
    if (answer instanceof Error) throw noted(answer)
    return answer
  } finally {
    socket.close()
  }
}

function failedQuery(errno: string): ServerAnswer {
  if (errno === 'EPERM' || errno === 'EACCES') return 'forbidden'
  return errno === 'ECONNREFUSED' ? 'closed' : 'no-route'
}

/** Where systemd-resolved writes the servers that it asks itself. Source: systemd-resolved.service(8). */
const RESOLVED = '/run/systemd/resolve/resolv.conf'

/**
 * The name servers that are asked in the end: those given, or where they are systemd-resolved's own stub on this host
 * (127.0.0.53 and .54), the ones behind it.
 */
export async function upstreamServers(
  servers: readonly string[],
  file = RESOLVED,
): Promise<readonly string[]> {
  if (servers.length === 0 || !servers.every(server => /^127\.0\.0\.5[34]$/.test(server))) return servers
  const text = await readSystemFile(file).catch(() => '')
  const behind = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, server]) => server ?? [])
  return behind.length > 0 ? behind : servers
}
