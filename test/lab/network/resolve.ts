// Resolves names against name servers of its own; prints the resolutions as JSON. Run by resolve.test.ts inside
// namespaces of its own. usage: resolve.ts RESOLV.CONF NAME…
import {execFileSync} from 'node:child_process'
import dgram from 'node:dgram'
import {writeFileSync} from 'node:fs'
import {resolveHost} from '../../../src/platform/network/dns/resolve.ts'

const [resolvConf = '', ...names] = process.argv.slice(2)
execFileSync('ip', ['link', 'set', 'lo', 'up'])
execFileSync('mount', ['--bind', resolvConf, '/etc/resolv.conf'])
const hosts = `${resolvConf}.hosts`
writeFileSync(
  hosts,
  '127.0.0.1 localhost\n::ffff:192.0.2.9 listed\n0:0:0:0:0:FFFF:c000:209 listed\n192.0.2.9 listed\n',
)
execFileSync('mount', ['--bind', hosts, '/etc/hosts'])

const CODES: Record<string, number> = {nxdomain: 3, servfail: 2, refused: 5, nodata: 0, truncated: 0}
const TRUNCATED = 0x0200
const TYPE_A = 1

/** A name server whose answer is in the first label of the name: an A record for any other, silence for `silent`. */
const server = dgram.createSocket('udp4')
server.on('message', (query, {address, port}) => {
  const end = query.indexOf(0, 12) + 5
  const label = query.toString('ascii', 13, 13 + query.readUInt8(12))
  if (label === 'silent') return
  const code = CODES[label]
  const isA = query.readUInt16BE(end - 4) === TYPE_A
  const mapped = label === 'mapped' && !isA
  const hasAnswer = code === undefined && (isA || mapped)
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | (code ?? 0) | (label === 'truncated' ? TRUNCATED : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(hasAnswer ? 1 : 0, 6)
  // An AAAA record may hold an IPv4-mapped address.
  const record = mapped
    ? Buffer.from('c00c001c000100000005001000000000000000000000ffffc0000208', 'hex')
    : Buffer.from('c00c00010001000000050004c0000207', 'hex')
  server.send(
    Buffer.concat([header, query.subarray(12, end), hasAnswer ? record : Buffer.alloc(0)]),
    port,
    address,
  )
})
await new Promise<void>(resolve => server.bind(53, '127.0.0.1', resolve))
const silent = dgram.createSocket('udp4')
await new Promise<void>(resolve => silent.bind(53, '127.0.0.2', resolve))

const limits = {timeoutMs: 4_000, signal: new AbortController().signal}
const outcomes = await Promise.all(names.map(async name => [name, await resolveHost(name, limits)] as const))
process.stdout.write(JSON.stringify(Object.fromEntries(outcomes)), () => process.exit())
