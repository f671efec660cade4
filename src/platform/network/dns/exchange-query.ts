import type {Transport} from '../../../firewall/model/protocol.ts'
import type {Address} from '../address.ts'
import {measureDeparture} from '../departure/measure.ts'
import {connectFirst} from '../tcp/connect.ts'
import {type Exchange, exchangeByte, leaves} from '../tcp/exchange.ts'
import {type Limits, waitFor} from '../wait.ts'
import {askOverUdp} from './datagram.ts'
import {addressQuery} from './name-servers.ts'

/** What is asked for; any answer will do, such as one that the name does not exist. */
const NAME = 'amazonaws.com'

/**
 * Asks a name server one question of DNS (RFC 1035), over UDP or over TCP, to see whether it answers at all.
 *
 * @throws the signal's reason when the run is cancelled.
 */
export async function exchangeQuery(
  server: Address,
  port: number,
  protocol: Transport,
  limits: Limits,
): Promise<Exchange> {
  const question = addressQuery(NAME)
  const heard =
    protocol === 'udp'
      ? await askOverUdp(server, port, question, limits)
      : await askOverTcp(server, port, question, limits)
  if (heard === 'answer') return {kind: 'answered'}
  if (protocol === 'tcp') return exchangeByte(server, port, 'tls', limits)
  if (heard === 'EPERM') return {kind: 'forbidden'}
  if (heard !== 'silence' && heard !== 'ECONNREFUSED') return {kind: 'no-way'}
  const left = leaves(await measureDeparture(server, port, {kind: 'datagram', question}, limits))
  if (heard === 'silence') return {kind: 'silent', leaves: left}
  return {kind: 'refused', by: 'icmp', ...(left === null ? {} : {leaves: left})}
}

/** Over TCP a message begins with its length. Source: RFC 1035 section 4.2.2. */
async function askOverTcp(
  server: Address,
  port: number,
  question: Buffer,
  limits: Limits,
): Promise<'answer' | 'silence'> {
  const tcp = await connectFirst([server], port, limits)
  if (tcp.kind === 'failed') return 'silence'
  const {socket} = tcp
  try {
    return await waitFor<'answer' | 'silence'>(
      limits,
      () => 'silence',
      settle => {
        socket.once('data', () => settle('answer')).once('close', () => settle('silence'))
        socket.on('error', () => settle('silence'))
        socket.write(Buffer.concat([Buffer.from([question.length >> 8, question.length & 0xff]), question]))
        return () => undefined
      },
    )
  } finally {
    socket.destroy()
  }
}
