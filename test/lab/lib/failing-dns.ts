// A name server that fails to look up anything (RCODE 2, SERVFAIL: RFC 1035 section 4.1.1).
// usage: failing-dns.ts PORT        prints "ready" once it listens
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
socket.bind(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'))
