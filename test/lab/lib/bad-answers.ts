import type {IncomingMessage, OutgoingHttpHeaders, ServerResponse} from 'node:http'
import {gzipSync} from 'node:zlib'
import type {HttpFault} from './aws-settings.ts'

const PAGE = '<html><body><h1>Gateway error</h1></body></html>\n'

/** Answers as no service of AWS does. */
export function answerBadly(
  fault: HttpFault,
  request: IncomingMessage,
  response: ServerResponse,
  headers: OutgoingHttpHeaders = {},
): void {
  const {socket} = request
  switch (fault) {
    case 'silent':
      return
    case 'close':
      socket.destroy()
      return
    case 'garbage':
      socket.end('\u0000\u0001\u0002 this is no HTTP\r\n\r\n')
      return
    case 'endless-header':
      socket.write('HTTP/1.1 200 OK\r\n')
      pour(response, () => socket.write(`x-filler: ${'x'.repeat(8_000)}\r\n`))
      return
    case 'endless-body':
      response.writeHead(200, {server: 'AmazonS3', 'content-type': 'binary/octet-stream', ...headers})
      pour(response, () => response.write('a'.repeat(65_536)))
      return
    case 'endless-interim':
      pour(response, () =>
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </>; rel=preload\r\n\r\n'.repeat(100)),
      )
      return
    case 'dripping-header':
      socket.write('HTTP/1.1 200 OK\r\nserver: ')
      drip(response, () => socket.write('x'))
      return
    case 'dripping-body':
      response.writeHead(200, {server: 'AmazonS3', 'content-type': 'binary/octet-stream', ...headers})
      drip(response, () => response.write('a'))
      return
    case 'gzip-bomb':
      response.writeHead(200, {
        server: 'AmazonS3',
        'x-amz-request-id': 'B0MB',
        'content-type': 'binary/octet-stream',
        'content-encoding': 'gzip',
        'content-length': String(bomb().length),
      })
      response.end(bomb())
      return
    case 'portal':
      response.writeHead(302, {location: 'https://login.portal.example.com/welcome'}).end()
      return
    case 'loop':
      response.writeHead(302, {location: `https://${request.headers.host}${request.url}`}).end()
      return
    case 'service-error':
      response.writeHead(503, {
        'x-amz-request-id': 'C3',
        'x-amzn-requestid': 'C3',
        server: 'AmazonS3',
        'content-type': 'application/xml',
      })
      response.end('<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>ServiceUnavailable</Code></Error>')
      return
    case 'gateway-error':
      response.writeHead(502, {server: 'example-gateway', 'content-type': 'text/html'}).end(PAGE)
  }
}

let made: Buffer | undefined

/** 1 GB of zeros, packed; made when it is first asked for. Several members one after the other are one gzip file. */
function bomb(): Buffer {
  made ??= Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))))
  return made
}

/** Writes a little, again and again, for as long as the other side is there. */
function drip(response: ServerResponse, write: () => void): void {
  const timer = setInterval(write, 100)
  response.socket?.once('close', () => clearInterval(timer))
}

/** Writes for as long as the other side reads. */
function pour(response: ServerResponse, write: () => boolean): void {
  const more = () => {
    while (!response.destroyed && !response.socket?.destroyed && write());
  }
  response.socket?.on('drain', more)
  response.on('drain', more)
  more()
}
