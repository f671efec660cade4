import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import type {CheckOptions} from '../../../src/contract/check-options.ts'
import {type Authority, Certificates, type KeyPair} from '../../platform/network/support/certificates.ts'
import {Servers} from '../../platform/network/support/servers.ts'

/**
 * A stand-in for AWS: HTTPS for any host name below `amazonaws.com` in a Region, reached through a proxy, which is how
 * a test leads port 443 of a real name to loopback.
 */
export class Aws {
  readonly servers = new Servers()
  readonly certificates = new Certificates()
  readonly amazon: Authority = this.certificates.authority('Amazon', 'Amazon Root CA 1')
  readonly corporate: Authority = this.certificates.authority('Example Corp', 'Example Proxy CA')
  readonly #pair: KeyPair = this.pairOf(this.amazon)

  pairOf(authority: Authority): KeyPair {
    const names = ['*.eu-central-1.amazonaws.com', '*.s3.eu-central-1.amazonaws.com']
    return this.certificates.leaf(authority, {names})
  }

  /** Options that lead every host to one server. */
  async serving(listener: RequestListener, pair = this.#pair): Promise<Partial<CheckOptions>> {
    const port = await this.servers.https(pair, listener)
    return await this.proxying(host => (host.endsWith('.amazonaws.com') ? port : undefined))
  }

  async proxying(
    portOf: (host: string) => number | undefined,
    gate?: (request: IncomingMessage) => number,
  ): Promise<Partial<CheckOptions>> {
    const port = await this.servers.proxy(portOf, gate)
    return {proxy: {url: `http://127.0.0.1:${port}/`, from: 'HTTPS_PROXY'}, caBundle: this.amazon.certFile}
  }

  async close(): Promise<void> {
    await this.servers.close()
    this.certificates.remove()
  }
}

/** Answers as the DRS API does to an unsigned request. */
export function drsAnswer(_request: IncomingMessage, response: ServerResponse): void {
  const headers = {'x-amzn-RequestId': 'A1', 'x-amzn-ErrorType': 'MissingAuthenticationTokenException'}
  response.writeHead(403, {...headers, 'Content-Type': 'application/json'})
  response.end('{"message":"Missing Authentication Token"}')
}

/** Answers as S3 does, with its error document for a code. */
export function s3Answer(response: ServerResponse, status: number, code: string, headers = {}): void {
  response.writeHead(status, {
    'x-amz-request-id': 'B2',
    Server: 'AmazonS3',
    'Content-Type': 'application/xml',
    ...headers,
  })
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>…</Message></Error>`,
  )
}

export const S3_HEADERS = {'x-amz-request-id': 'B2', Server: 'AmazonS3'}
