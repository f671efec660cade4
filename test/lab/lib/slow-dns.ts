// A name server on UDP port 53 that hands every query on to another, and every answer back after a while. It can drop
// queries with the bit AD (RFC 6840 section 5.7), which the C library sets with `options trust-ad` (resolv.conf(5)), and
// c-ares never does.
// usage: slow-dns.ts MILLISECONDS UPSTREAM [drop-ad]        prints "ready" once it listens
import {createSocket} from 'node:dgram'

const [milliseconds = '0', upstream = '', dropped = 'none'] = process.argv.slice(2)

const AD = 0x20

const server = createSocket('udp4')
server.on('message', (query, asker) => {
  if (dropped === 'drop-ad' && (query.readUInt8(3) & AD) !== 0) return
  const towards = createSocket('udp4')
  towards.on('message', answer => {
    towards.close()
    setTimeout(() => server.send(answer, asker.port, asker.address), Number(milliseconds))
  })
  towards.send(query, 53, upstream)
})
server.bind(53, () => process.stdout.write('ready\n'))
