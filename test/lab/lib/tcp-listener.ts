// A TCP server that takes what comes and never answers, as far as a client can tell without replicating.
// usage: tcp-listener.ts PORT        prints "ready" once it listens
import {createServer} from 'node:net'
import {hasIpv6} from './topology.ts'

const server = createServer(socket => {
  // A client that resets is ordinary here.
  socket.on('error', () => socket.destroy()).resume()
})
server.listen(Number(process.argv[2]), hasIpv6() ? '::' : '0.0.0.0', () => process.stdout.write('ready\n'))
