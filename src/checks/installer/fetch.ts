import type {PathEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Download} from '../../platform/network/download/download.ts'
import type {PartialFile} from '../../platform/network/download/partial-file.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {approach, isFinding} from '../path/approach.ts'
import {blameDownload} from '../path/blame/path.ts'
import {pathEvidence} from '../path/evidence.ts'
import {isFromS3, judgeObjectAnswer} from '../path/judge-answer.ts'
import {judgePath} from '../path/judge-path.ts'
import {pathFinding} from '../path/path-finding.ts'
import {signedByAmazon} from '../path/probe-endpoint.ts'
import {HTTPS_PORT} from '../path/route.ts'
import {type DownloadVerdict, MAX_INSTALLER_BYTES, tellDownload} from './judge.ts'

/** A body that began to arrive, with what its path looked like. */
export type Arrival = {
  readonly download: Download
  readonly evidence: PathEvidence
  /** Port of the address that was connected to: the host's or its proxy's. */
  readonly port: number
}

/** Streams the installer into a file, if there is one; the finding instead where the object could not be had. */
export async function fetchInstaller(
  context: CheckContext,
  url: string,
  region: string,
  file: PartialFile | null,
): Promise<Arrival | Finding> {
  const {hostname: host, pathname: path} = new URL(url)
  const way = await approach(context, 'installer-download', host, HTTPS_PORT)
  if (isFinding(way)) return way
  const {download} = await import('../../platform/network/download/download.ts')
  const got =
    way.request &&
    (await download({
      ...way.request,
      path,
      file,
      maxBytes: MAX_INSTALLER_BYTES,
      isObject: ({status, headers}) => (status === 200 || status === 206) && isFromS3(headers),
      onBytes: (receivedBytes, totalBytes, bytesPerSecond) =>
        context.progress({target: url, layer: 'http', receivedBytes, totalBytes, bytesPerSecond}),
    }))
  const report = {
    proxied: way.route.kind === 'proxy',
    resolution: way.resolution,
    facts: got?.path ?? null,
    http: got?.http ?? null,
  }
  const verdict = judgePath(report, {
    judgeAnswer: answer => judgeObjectAnswer(answer, region),
    amazonOnly: signedByAmazon(context),
    now: Date.now(),
  })
  if (got && verdict.code === 'ok') {
    const proxy = way.route.kind === 'proxy' ? way.route.shown : null
    const from = got.path.tcp.kind === 'connected' ? got.path.tcp.localAddress : null
    const port = way.route.kind === 'proxy' ? way.route.proxy.port : HTTPS_PORT
    return {download: got, evidence: pathEvidence(report, verdict, {proxy, from}), port}
  }
  const subject = {
    check: 'installer-download',
    target: url,
    host,
    port: HTTPS_PORT,
    route: way.route,
  } as const
  return await pathFinding(context, subject, report, verdict)
}

/** The digest that AWS publishes for an object, or the finding that says why it cannot be had. */
export async function fetchDigest(
  context: CheckContext,
  url: string,
  region: string,
): Promise<string | Finding> {
  const {hostname: host, pathname: path} = new URL(url)
  const way = await approach(context, 'installer-download', host, HTTPS_PORT)
  if (isFinding(way)) return way
  const {probePath} = await import('../../platform/network/path.ts')
  const exchange = way.request && (await probePath({...way.request, path, maxBytes: MAX_DIGEST_BYTES}))
  const http = exchange?.http ?? null
  const report = {proxied: way.route.kind === 'proxy', resolution: way.resolution, facts: exchange, http}
  const verdict = judgePath(report, {
    judgeAnswer: answer => judgeObjectAnswer(answer, region),
    amazonOnly: signedByAmazon(context),
    now: Date.now(),
  })
  const subject = {
    check: 'installer-download',
    target: url,
    host,
    port: HTTPS_PORT,
    route: way.route,
  } as const
  if (verdict.code !== 'ok' || exchange?.http?.kind !== 'answered')
    return await pathFinding(context, subject, report, verdict)
  const {body} = exchange.http
  const digest = body.end === 'whole' ? parseDigest(body.text) : null
  if (digest !== null) return digest
  const server = {host, port: way.route.kind === 'proxy' ? way.route.proxy.port : HTTPS_PORT}
  const without = withoutDigest(url, body.end === 'whole' || body.end === 'more')
  const told = tellDownload(without, server, await blameDownload(context, server, exchange, without.code))
  return finding('installer-download', told.code, {
    target: url,
    ...(told.owner && {owner: told.owner}),
    summary: told.summary,
    nextStep: told.nextStep,
    evidence: {url, ...told.evidence},
  })
}

function withoutDigest(url: string, arrived: boolean): DownloadVerdict {
  return {
    code: arrived ? 'installer.hash-mismatch' : 'installer.truncated',
    summary: arrived
      ? `The hash object ${url} contains no SHA-512 digest, so the installer cannot be verified.`
      : `The hash object ${url} was not downloaded completely, so the installer cannot be verified.`,
    nextStep: 'Run the check again. If it fails again, ask the network team what changes downloads from S3.',
  }
}

/** Nothing longer can be a digest with a file name. */
const MAX_DIGEST_BYTES = 4 * 1024

/**
 * The SHA-512 in a hash object, in lower case; null when it holds none. AWS does not document the layout: a bare
 * digest, or a line as sha512sum(1) writes it (`digest  name`, `digest *name`).
 */
export function parseDigest(text: string): string | null {
  const match = /^\uFEFF?\s*([0-9a-f]{128})(?:[ \t]+\*?[^\s*][^\r\n]*)?\s*$/i.exec(text)
  return match?.[1]?.toLowerCase() ?? null
}
