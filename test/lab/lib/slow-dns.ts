// A name server on UDP port 53 that hands every query on to another, and every answer back after a while.
// usage: slow-dns.ts MILLISECONDS UPSTREAM        prints "ready" once it listens
import {createSocket} from 'node:dgram'

const [milliseconds = '0', upstream = ''] = process.argv.slice(2)

const server = createSocket('udp4')
server.on('message', (query, asker) => {
  const towards = createSocket('udp4')
  towards.on('message', answer => {
    towards.close()
    setTimeout(() => server.send(answer, asker.port, asker.address), Number(milliseconds))
  })
  towards.send(query, 53, upstream)
})
server.bind(53, () => process.stdout.write('ready\n'))
