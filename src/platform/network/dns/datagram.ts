import dgram from 'node:dgram'
import type {Address} from '../address.ts'
import {errorCode, type Limits, waitFor} from '../wait.ts'

/**
 * Sends one datagram and waits for one back.
 *
 * @returns `answer`, `silence`, or the code of an error, as of a closed port (ECONNREFUSED) or a rule that drops (EPERM)
 * @throws the signal's reason when the run is cancelled.
 */
export async function askOverUdp(
  {address, family}: Address,
  port: number,
  question: Buffer,
  limits: Limits,
): Promise<string> {
  const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    return await waitFor<string>(
      limits,
      () => 'silence',
      settle => {
        const fail = (error: Error | null | undefined) => {
          if (error) settle(errorCode(error))
        }
        socket.on('error', fail)
        socket.on('message', () => settle('answer'))
        // A connected socket hears of a closed port.
        socket.connect(port, address, (error?: Error | null) => {
          if (error) fail(error)
          else socket.send(question, fail)
        })
        return () => undefined
      },
    )
  } finally {
    socket.close()
  }
}
