import dgram from 'node:dgram'
import net from 'node:net'
import {type Limits, waitFor} from './wait.ts'

const DNS_PORT = 53
const TRUNCATED = 0x02
const RECURSION_DESIRED = 0x01

/**
 * Whether one of the name servers answers a query for a name with less than the whole over UDP, so that the rest must
 * be asked for over TCP (RFC 1035 section 4.2.1, RFC 7766).
 *
 * @param servers addresses as `dns.getServers` gives them: with a port where it is not 53.
 */
export async function answersTruncated(
  name: string,
  servers: readonly string[],
  limits: Limits,
): Promise<boolean> {
  const answers = await Promise.all(servers.map(server => askOverUdp(server, query(name), limits)))
  return answers.some(answer => answer !== null && ((answer[2] ?? 0) & TRUNCATED) !== 0)
}

/** A query for the A record. Source: RFC 1035 section 4.1. */
function query(name: string): Buffer {
  const id = Math.floor(Math.random() * 0x1_0000)
  const header = Buffer.from([id >> 8, id & 0xff, RECURSION_DESIRED, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .flatMap(label => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}

async function askOverUdp(server: string, question: Buffer, limits: Limits): Promise<Buffer | null> {
  const [, bracketed, plain, port] =
    /^(?:\[(.+)\]|([^[]+?))(?::(\d+))?$/.exec(net.isIP(server) ? `[${server}]` : server) ?? []
  const address = bracketed ?? plain ?? server
  const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4')
  try {
    return await waitFor<Buffer | null>(
      limits,
      () => null,
      settle => {
        // A connected socket hears of a closed port (ICMP), so nothing is waited for there.
        socket.on('error', () => settle(null))
        socket.on(
          'message',
          answer => answer.subarray(0, 2).equals(question.subarray(0, 2)) && settle(answer),
        )
        socket.connect(Number(port ?? DNS_PORT), address, () => socket.send(question))
        return () => undefined
      },
    )
  } finally {
    socket.close()
  }
}
