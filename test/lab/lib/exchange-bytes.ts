// Makes many connections at once, and prints for each whether bytes went there and any byte came back.
// usage: exchange-bytes.ts TIMEOUT_MS ADDRESS PORT [ADDRESS PORT]…        prints a JSON array of booleans
import {connect} from 'node:net'

/**
 * How a TLS 1.2 client opens (RFC 5246, 7.4.1.2): an echo sends it back, and a TLS server has an answer to it, where it
 * may close without a word on what is no TLS.
 */
function clientHello(): Buffer {
  const extensions = ['000a 0006 0004 001d 0017', '000b 0002 0100', '000d 0008 0006 0804 0401 0403'].join('')
  const body = [`0303 ${'5a'.repeat(32)} 00`, '0006 c02f c02b 009c', '0100', prefixed(extensions, 2)].join('')
  return Buffer.from(`160301${prefixed(`01${prefixed(body, 3)}`, 2)}`, 'hex')
}

/** Hexadecimal text behind its length in that many bytes. */
function prefixed(hex: string, bytes: number): string {
  const digits = hex.replaceAll(' ', '')
  return (digits.length / 2).toString(16).padStart(2 * bytes, '0') + digits
}

function exchanges(host: string, port: number, timeoutMs: number): Promise<boolean> {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const socket = connect({host, port})
  const finish = (exchanged: boolean) => {
    clearTimeout(timer)
    socket.destroy()
    resolve(exchanged)
  }
  const timer = setTimeout(() => finish(false), timeoutMs)
  socket
    .on('connect', () => socket.write(clientHello()))
    .on('data', () => finish(true))
    .on('error', () => finish(false))
    .on('close', () => finish(false))
  return promise
}

const [timeout, ...targets] = process.argv.slice(2)
const questions = targets.flatMap((host, index) =>
  index % 2 === 0 ? [exchanges(host, Number(targets[index + 1]), Number(timeout))] : [],
)
process.stdout.write(JSON.stringify(await Promise.all(questions)))
