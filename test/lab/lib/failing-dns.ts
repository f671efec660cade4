// A name server that fails to look up anything (RCODE 2, SERVFAIL: RFC 1035 section 4.1.1).
// usage: failing-dns.ts PORT [ADDRESS]        prints "ready" once it listens
import {createSocket} from 'node:dgram'

const SERVER_FAILURE = 2
const RESPONSE = 0x80

const socket = createSocket('udp4')
socket.on('message', (query, {port, address}) => {
  const answer = Buffer.from(query)
  answer[2] = (query[2] ?? 0) | RESPONSE
  answer[3] = SERVER_FAILURE
  socket.send(answer, port, address)
})
const [, , port, address = '127.0.0.1'] = process.argv
socket.bind(Number(port), address, () => process.stdout.write('ready\n'))
