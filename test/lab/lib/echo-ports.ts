// A TCP server that sends back what it gets.
// usage: echo-ports.ts PORT…        prints "ready" once it listens on all of them
import {createServer} from 'node:net'
import {hasIpv6} from './topology.ts'

await Promise.all(
  process.argv.slice(2).map(port => {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    createServer(socket => {
      // A client that resets is ordinary here.
      socket.on('error', () => socket.destroy()).pipe(socket)
    })
      .on('error', reject)
      .listen(Number(port), hasIpv6() ? '::' : '0.0.0.0', resolve)
    return promise
  }),
)
process.stdout.write('ready\n')
