import type {Finding} from '../../contract/finding.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {approach, isFinding} from './approach.ts'
import {MAX_DIGEST_BYTES, parseDigest} from './digest.ts'
import {judgePath} from './judge-path.ts'
import {judgeObjectAnswer} from './judge-s3.ts'
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
  if (verdict.code !== 'ok' || http?.kind !== 'answered')
    return await pathFinding(context, subject, report, verdict)
  const digest = http.body.end === 'whole' ? parseDigest(http.body.text) : null
  return digest ?? notADigest(url, http.body.end === 'whole' || http.body.end === 'more')
}

function notADigest(url: string, arrived: boolean): Finding {
  return finding('installer-download', arrived ? 'installer.hash-mismatch' : 'installer.truncated', {
    target: url,
    summary: arrived
      ? `The hash object ${url} contains no SHA-512 digest, so the installer cannot be verified.`
      : `The hash object ${url} was not downloaded completely, so the installer cannot be verified.`,
    nextStep: 'Run the check again. If it fails again, ask the network team what changes downloads from S3.',
    evidence: {url},
  })
}
