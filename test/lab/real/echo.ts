// Echoes on TCP ports, over both address families.
// usage: echo.ts PORT...        prints "ready" once it listens on all of them
import {once} from 'node:events'
import {createServer} from 'node:net'
import {hasIpv6} from '../lib/topology.ts'

const servers = process.argv.slice(2).map(port =>
  createServer(socket => {
    // A client that resets is ordinary here.
    socket.on('error', () => socket.destroy()).pipe(socket)
  }).listen(Number(port), hasIpv6() ? '::' : '0.0.0.0'),
)
await Promise.all(servers.map(server => once(server, 'listening')))
process.stdout.write('ready\n')
