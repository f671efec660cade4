import {createHash, randomBytes} from 'node:crypto'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {Progress} from '../../../src/checks/check.ts'
import {finding} from '../../../src/checks/finding.ts'
import {installerDownload} from '../../../src/checks/installer/installer.ts'
import {Aws, S3_HEADERS, s3Answer} from '../path/aws.ts'
import {contextOf, ENDPOINTS} from '../path/context.ts'

const INSTALLER = ENDPOINTS.installer('linux')
const BODY = randomBytes(200_000)
const DIGEST = createHash('sha512').update(BODY).digest('hex')
const NAME = 'aws-replication-installer-init'

let aws: Aws
let directory: string
beforeAll(() => {
  aws = new Aws()
})
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'drs-onboard-installer-'))
})
afterEach(async () => {
  await aws.servers.close()
  await rm(directory, {recursive: true})
})
afterAll(() => aws.close())

type Reply = (response: ServerResponse, request: IncomingMessage) => void

const sendInstaller: Reply = response =>
  response.writeHead(200, {...S3_HEADERS, 'Content-Length': BODY.length}).end(BODY)
const sendHash: Reply = response => response.writeHead(200, S3_HEADERS).end(`${DIGEST}  ${NAME}\n`)

/** Serves the two objects, and keeps what is verified in `directory`. */
async function run({
  installer = sendInstaller,
  hash = sendHash,
  ...parts
}: {
  readonly installer?: Reply
  readonly hash?: Reply
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly progress?: (progress: Progress) => void
} = {}) {
  const options = await aws.serving((request, response) => {
    const reply = request.url?.endsWith('.sha512') ? hash : installer
    reply(response, request)
  })
  const {timeoutMs = 2_000, ...rest} = parts
  return await installerDownload.run(
    contextOf({...rest, options: {...options, timeoutMs, outputInstaller: directory}}),
  )
}

it('keeps an installer whose digest matches, and tells how far it is', async () => {
  const seen: Progress[] = []
  const findings = await run({progress: progress => seen.push(progress)})
  const storedAs = path.join(directory, NAME)
  expect(findings).toMatchObject([
    {
      status: 'pass',
      code: 'ok',
      target: INSTALLER.url,
      evidence: {
        url: INSTALLER.url,
        bytes: BODY.length,
        sha512: {expected: DIGEST, actual: DIGEST},
        storedAs,
      },
    },
  ])
  expect(await readdir(directory)).toEqual([NAME])
  expect((await readFile(storedAs)).equals(BODY)).toBe(true)
  expect(seen.findLast(({receivedBytes}) => receivedBytes !== undefined)).toMatchObject({
    target: INSTALLER.url,
    receivedBytes: BODY.length,
    totalBytes: BODY.length,
  })
})

it('verifies without storing where no directory is named', async () => {
  const options = await aws.serving((request, response) =>
    (request.url?.endsWith('.sha512') ? sendHash : sendInstaller)(response, request),
  )
  const findings = await installerDownload.run(contextOf({options}))
  expect(findings).toMatchObject([{code: 'ok', evidence: {storedAs: null}}])
})

describe('leaves nothing behind and reports', () => {
  const cut: Reply = response => {
    response.writeHead(200, {...S3_HEADERS, 'Content-Length': BODY.length})
    response.write(BODY.subarray(0, 1_000), () => response.destroy())
  }
  const stall: Reply = response => {
    response.writeHead(200, {...S3_HEADERS, 'Content-Length': BODY.length})
    response.write(BODY.subarray(0, 1_000))
  }
  const page: Reply = response =>
    response.writeHead(200, {'Content-Type': 'text/html'}).end('<html>blocked</html>')
  const changed: Reply = response =>
    response.writeHead(200, S3_HEADERS).end(Buffer.concat([BODY, Buffer.from('!')]))
  const denied: Reply = response => s3Answer(response, 403, 'AccessDenied')
  const missing: Reply = response => s3Answer(response, 404, 'NoSuchKey')
  const noBucket: Reply = response => s3Answer(response, 404, 'NoSuchBucket')
  const broken: Reply = response => s3Answer(response, 500, 'InternalError')
  const elsewhere: Reply = response => s3Answer(response, 307, 'TemporaryRedirect')
  const noDigest: Reply = response => response.writeHead(200, S3_HEADERS).end('not a digest')
  const longDigest: Reply = response =>
    response.writeHead(200, S3_HEADERS).end(`${DIGEST}${' '.repeat(5_000)}`)
  const cutDigest: Reply = response => {
    response.writeHead(200, {...S3_HEADERS, 'Content-Length': 128})
    response.write(DIGEST.slice(0, 64), () => response.destroy())
  }
  const {url, hashUrl} = INSTALLER

  it.each([
    {what: 'a changed installer', installer: changed, code: 'installer.hash-mismatch', target: url},
    {what: 'a cut one', installer: cut, code: 'installer.truncated', target: url},
    {what: 'a stalled one', installer: stall, timeoutMs: 300, code: 'installer.stalled', target: url},
    {what: 'a block page', installer: page, code: 'http.block-page', target: url},
    {what: 'a denied object', installer: denied, code: 's3.access-denied', target: url},
    {what: 'a missing object', installer: missing, code: 's3.no-such-key', target: url},
    {what: 'a missing bucket', installer: noBucket, code: 's3.no-such-bucket', target: url},
    {what: 'S3’s own trouble', installer: broken, code: 'http.error', target: url},
    {what: 'another Region', installer: elsewhere, code: 's3.wrong-region', target: url},
    {what: 'a missing hash', hash: missing, code: 's3.no-such-key', target: hashUrl},
    {what: 'a denied hash', hash: denied, code: 's3.access-denied', target: hashUrl},
    {what: 'a hash that is none', hash: noDigest, code: 'installer.hash-mismatch', target: hashUrl},
    {what: 'a hash that is too long', hash: longDigest, code: 'installer.hash-mismatch', target: hashUrl},
    {what: 'a cut hash', hash: cutDigest, code: 'installer.truncated', target: hashUrl},
  ])('$what: $code', async ({what: _, code, target, ...parts}) => {
    expect(await run(parts)).toMatchObject([{status: 'fail', code, target}])
    expect(await readdir(directory)).toEqual([])
  })

  it('both objects where the path to both is broken', async () => {
    const resolve = async () => ({kind: 'failed', code: 'dns.timeout', errno: 'ETIMEOUT', ms: 1}) as const
    const findings = await installerDownload.run(contextOf({resolve, options: {outputInstaller: directory}}))
    expect(findings.map(({code, target}) => [code, target])).toEqual([
      ['dns.timeout', url],
      ['dns.timeout', hashUrl],
    ])
    expect(await readdir(directory)).toEqual([])
  })

  it('nothing at all when the run is cancelled halfway', async () => {
    const controller = new AbortController()
    const pending = run({
      signal: controller.signal,
      installer: response => {
        response.writeHead(200, {...S3_HEADERS, 'Content-Length': BODY.length})
        response.write(BODY.subarray(0, 1_000), () => controller.abort(new Error('cancelled')))
      },
    })
    await expect(pending).rejects.toThrow('cancelled')
    expect(await readdir(directory)).toEqual([])
  })
})

it('stops a download that there is no digest for', async () => {
  const {promise: closed, resolve} = Promise.withResolvers<void>()
  const findings = await run({
    timeoutMs: 60_000,
    hash: response => s3Answer(response, 404, 'NoSuchKey'),
    installer: (response, request) => {
      request.socket.once('close', () => resolve())
      response.writeHead(200, {...S3_HEADERS, 'Content-Length': BODY.length})
      response.write(BODY.subarray(0, 1_000))
    },
  })
  await closed
  expect(findings).toMatchObject([{code: 's3.no-such-key', target: INSTALLER.hashUrl}])
})

it('is an error of the check where the installer cannot be kept', async () => {
  const outputInstaller = path.join(directory, 'missing')
  const findings = await installerDownload.run(contextOf({options: {outputInstaller}}))
  expect(findings).toMatchObject([{status: 'error', code: 'check.crashed'}])
  expect(findings[0]?.summary).toContain(`${outputInstaller} does not exist`)
})

describe('waits', () => {
  const failed = (target: string | null) =>
    finding('s3-buckets', 'tcp.timeout', {target, summary: 'no answer'})
  const hostOf = (url: string | null) => new URL(url ?? '').hostname

  it.each([INSTALLER.url, INSTALLER.hashUrl])('for the bucket of %s', async url => {
    const earlier = {'s3-buckets': [failed(hostOf(url))]}
    expect(await installerDownload.run(contextOf({earlier}))).toMatchObject([
      {status: 'skip', code: 'tcp.timeout', target: INSTALLER.url, evidence: {waitsFor: 's3-buckets'}},
    ])
  })

  it('for no other bucket', async () => {
    const options = await aws.serving((request, response) =>
      (request.url?.endsWith('.sha512') ? sendHash : sendInstaller)(response, request),
    )
    const other = ENDPOINTS.buckets.find(({purpose}) => purpose === 'clients')?.host ?? null
    const earlier = {'s3-buckets': [failed(other)]}
    expect(await installerDownload.run(contextOf({options, earlier}))).toMatchObject([{code: 'ok'}])
  })

  it('for firewall-443', async () => {
    const earlier = {'firewall-443': [finding('firewall-443', 'firewall.reject', {summary: 'rejected'})]}
    expect(await installerDownload.run(contextOf({earlier}))).toMatchObject([
      {status: 'skip', code: 'firewall.reject', evidence: {waitsFor: 'firewall-443'}},
    ])
  })
})
