import type {Finding} from '../../contract/finding.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {approach, isFinding} from './approach.ts'
import {MAX_DIGEST_BYTES, parseDigest} from './digest.ts'
import {type DownloadVerdict, tellDownload} from './judge-download.ts'
import {judgePath} from './judge-path.ts'
import {judgeObjectAnswer} from './judge-s3.ts'
import {blameDownload} from './path-blame.ts'
import {pathFinding} from './path-finding.ts'
import {signedByAmazon} from './probe-endpoint.ts'
import {HTTPS_PORT} from './route.ts'

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
