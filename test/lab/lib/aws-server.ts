// The lab's stand-in for AWS: one HTTPS server on port 443 that answers as DRS, EC2 and S3, by host name.
// usage: aws-server.ts SETTINGS.json        prints "ready" once it listens
import {readFileSync} from 'node:fs'
import {createServer as createPlainServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer} from 'node:https'
import {createServer as createConnectionServer, type Socket} from 'node:net'
import {createSecureContext} from 'node:tls'
import {answer} from './aws-services.ts'
import type {AwsFaults, AwsSettings, ConnectionFault} from './aws-settings.ts'
import {answerBadly} from './bad-answers.ts'
import {faultyBody, installerBytes, installerDigest} from './installer.ts'
import {hasIpv6} from './topology.ts'

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as AwsSettings
const digest = installerDigest(settings.installerBytes)

const faultsNow = (): AwsFaults => JSON.parse(readFileSync(settings.faultsFile, 'utf8')) as AwsFaults

const certificateOf = ({key, chain}: AwsSettings['certificates']['amazon']) => ({key, cert: chain})

const concerns = ({hosts}: AwsFaults, host: string): boolean =>
  hosts === undefined || new RegExp(hosts).test(host)

const server = createServer({
  ...certificateOf(settings.certificates.amazon),
  SNICallback(name, done) {
    const faults = faultsNow()
    const chosen = concerns(faults, name) ? (faults.certificate ?? 'amazon') : 'amazon'
    const certificate = settings.certificates[chosen]
    if (certificate) done(null, createSecureContext(certificateOf(certificate)))
    else done(new Error(`this lab was started without the certificate ${chosen}`))
  },
})
const outdated = createServer({
  ...certificateOf(settings.certificates.amazon),
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.1',
  // OpenSSL 3 offers no such version at its usual level.
  ciphers: 'DEFAULT@SECLEVEL=0',
})
const plain = createPlainServer()
// A client that hangs up in the middle is ordinary here.
for (const each of [server, outdated]) each.on('tlsClientError', () => undefined)
for (const each of [server, outdated, plain]) {
  each.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => response.destroy())
    respond(request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      response.destroy()
    })
  })
}
createConnectionServer(socket => accept(socket, faultsNow().connection)).listen(
  443,
  hasIpv6() ? '::' : '0.0.0.0',
  () => process.stdout.write('ready\n'),
)

function accept(socket: Socket, fault: ConnectionFault | undefined): void {
  socket.on('error', () => socket.destroy())
  switch (fault) {
    case 'refuse':
      socket.resetAndDestroy()
      return
    case 'reset':
      socket.once('data', () => socket.resetAndDestroy())
      return
    case 'close':
      socket.once('data', () => socket.destroy())
      return
    case 'silent':
      socket.resume()
      return
    case 'garbage':
      socket.resume().write('220 mail.example.com ESMTP ready\r\n')
      return
    case 'old-tls':
      outdated.emit('connection', socket)
      return
    case 'plain':
      plain.emit('connection', socket)
      return
    case undefined:
      server.emit('connection', socket)
  }
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const faults = faultsNow()
  const host = request.headers.host ?? ''
  response.setHeader('date', new Date(Date.now() + (faults.dateAheadSeconds ?? 0) * 1000).toUTCString())
  const ill = concerns(faults, host)
  if (ill && faults.http) return answerBadly(faults.http, request, response)
  const path = new URL(request.url ?? '/', 'https://any').pathname
  const reply =
    ill && faults.blockPage ? null : answer(settings.region, host, path, ill ? faults.s3 : undefined)
  if (reply === null) return send(request, response, 403, {'content-type': 'text/html'}, BLOCK_PAGE)
  if (reply.body === 'installer') {
    const {installer} = faults
    if (installer === undefined) return sendInstaller(request, response, reply.headers, faults)
    return sendEndlessly(installer, request, response)
  }
  if (reply.body !== 'digest') return send(request, response, reply.status, reply.headers, reply.body)
  if (faults.hashObject !== undefined && faults.hashObject !== 'garbage')
    return sendEndlessly(faults.hashObject, request, response)
  const published = faults.wrongHash ? installerDigest(settings.installerBytes + 1) : digest
  const text = faults.hashObject === 'garbage' ? '<html>welcome</html>' : published
  return send(request, response, reply.status, reply.headers, `${text}\n`)
}

function sendEndlessly(
  how: 'drip' | 'endless' | 'huge',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const headers = how === 'huge' ? {'content-length': String(10 * 1024 ** 3)} : {}
  answerBadly(how === 'drip' ? 'dripping-body' : 'endless-body', request, response, headers)
}

const BLOCK_PAGE =
  '<html><head><title>Access blocked</title></head><body><h1>Blocked by Example Corp policy</h1></body></html>\n'

type Headers = Readonly<Record<string, string>>

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Headers,
  body: string,
): void {
  response.writeHead(status, {...headers, 'content-length': String(Buffer.byteLength(body))})
  response.end(request.method === 'HEAD' ? '' : body)
}

async function sendInstaller(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  faults: AwsFaults,
): Promise<void> {
  const size = settings.installerBytes
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const from = range ? Number(range[1]) : 0
  const to = range?.[2] ? Math.min(Number(range[2]) + 1, size) : size
  if (from >= to && size > 0) {
    return send(request, response, 416, {...headers, 'content-range': `bytes */${size}`}, '')
  }
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': String(to - from),
    ...(range ? {'content-range': `bytes ${from}-${to - 1}/${size}`} : {}),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const {cutOnceAt, ...always} = faults
  const inForce = range || cutOnceAt === undefined ? always : faults
  for await (const part of faultyBody(installerBytes(from, to), inForce)) {
    if (part === 'stall') return
    if (part === 'close' || response.destroyed) {
      response.socket?.destroySoon()
      return
    }
    if (!response.write(part)) await drained(response)
  }
  response.end()
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise(resolve => {
    response.once('drain', resolve).once('close', resolve)
  })
