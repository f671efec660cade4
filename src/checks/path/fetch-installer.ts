import type {Evidence, Finding} from '../../contract/finding.ts'
import type {Download} from '../../platform/network/download.ts'
import type {PartialFile} from '../../platform/network/partial-file.ts'
import type {CheckContext} from '../check.ts'
import {approach, isFinding} from './approach.ts'
import {isFromS3} from './aws-answer.ts'
import {pathEvidence} from './evidence.ts'
import {MAX_INSTALLER_BYTES} from './judge-download.ts'
import {judgePath} from './judge-path.ts'
import {judgeObjectAnswer} from './judge-s3.ts'
import {pathFinding} from './path-finding.ts'
import {signedByAmazon} from './probe-endpoint.ts'
import {HTTPS_PORT} from './route.ts'

/** A body that began to arrive, with what its path looked like. */
export type Arrival = {
  readonly download: Download
  readonly evidence: Evidence
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
  const {download} = await import('../../platform/network/download.ts')
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
