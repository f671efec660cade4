import type {BucketEndpoint} from '../../aws/endpoints.ts'
import type {Region} from '../../aws/regions.ts'
import type {CheckOptions} from '../../contract/check-options.ts'
import type {MeasuredWay, SurroundingEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {HttpAnswer} from '../../platform/network/http.ts'
import {parseProxy, redactProxy} from '../../platform/network/proxy/address.ts'
import type {TrustFacts} from '../../platform/network/tls/secure.ts'
import type {Check, CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {approach, isFinding} from './approach.ts'
import {judgeBucketAnswer, judgeServiceAnswer} from './judge-answer.ts'
import {judgePath} from './judge-path.ts'
import {clockSkew, describeSkew, isSkewed} from './judge-tls.ts'
import {unknownName} from './not-tested.ts'
import {probeEndpoint, probeWay, signedByAmazon} from './probe-endpoint.ts'
import {HTTPS_PORT, pathTimeout, routeTo} from './route.ts'
import {explain} from './sentences.ts'

/** The Region's DRS API, and what its answer says beside the path itself: the clock, and the proxy's address. */
export const drsEndpoint: Check = {
  id: 'drs-endpoint',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    if (!context.endpoints) throw new Error('drs-endpoint needs a Region')
    const {drsHost} = context.endpoints
    const [{finding, answer, trust}, around] = await Promise.all([
      probeEndpoint(context, 'drs-endpoint', drsHost, judgeServiceAnswer),
      lookAround(context, drsHost),
    ])
    const found = {...finding, evidence: {...finding.evidence, ...around}}
    const carried = [
      proxyFinding(context.options.proxy),
      answer && clockFinding(drsHost, answer),
      trust && rootsFinding(drsHost, trust),
    ]
    return [found, ...carried.filter((each): each is Finding => each !== null)]
  },
}

/**
 * Facts beside the path in use: the way past the proxy, proxies that are not in use, and where AWS's advice differs.
 */
async function lookAround(context: CheckContext, drsHost: string): Promise<SurroundingEvidence> {
  const {options, reader} = context
  const [direct, settings, isEc2] = await Promise.all([
    measureDirect(context, drsHost),
    options.proxy === null ? reader.proxySettings() : [],
    options.endpoint === null ? false : reader.isEc2Instance(),
  ])
  return {
    ...(direct === null ? {} : {direct}),
    ...(settings.length > 0 ? {proxySettings: settings} : {}),
    ...(isEc2 ? {endpointOnEc2: true} : {}),
  }
}

/** The Region's S3 buckets, side by side: there are seven. */
export const s3Buckets: Check = {
  id: 's3-buckets',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    const {endpoints} = context
    if (!endpoints) throw new Error('s3-buckets needs a Region')
    return await Promise.all(endpoints.buckets.map(bucket => checkBucket(context, bucket, endpoints.region)))
  },
}

async function checkBucket(context: CheckContext, bucket: BucketEndpoint, region: Region): Promise<Finding> {
  const {host, purpose, neededBySourceServer} = bucket
  if (host === null) return unknownName('s3-buckets', `bucket: ${purpose}`, region)
  const {finding} = await probeEndpoint(context, 's3-buckets', host, answer =>
    judgeBucketAnswer(answer, region.code),
  )
  return neededBySourceServer ? finding : informational(finding)
}

/**
 * The Region's EC2 API: asked of the source server by one page of AWS's, and of the staging area subnet alone by
 * another, so its failure is no more than a warning.
 */
export const ec2Endpoint: Check = {
  id: 'ec2-endpoint',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    if (!context.endpoints) throw new Error('ec2-endpoint needs a Region')
    const {ec2Host} = context.endpoints
    const {finding} = await probeEndpoint(context, 'ec2-endpoint', ec2Host, judgeServiceAnswer)
    return [informational(finding)]
  },
}

/** A finding about an endpoint that only the staging area subnet needs: its failure is a warning. */
export function informational(found: Finding): Finding {
  if (found.status !== 'fail') return found
  return {
    ...found,
    status: 'warn',
    nextStep: `No change is needed on this server. Make sure that the staging area subnet can reach ${found.target}.`,
  }
}

/** The way to a host past the proxy that is in use, as a fact for the evidence; null where none is in use for it. */
export async function measureDirect(context: CheckContext, host: string): Promise<MeasuredWay | null> {
  if (routeTo(host, HTTPS_PORT, context.options).kind !== 'proxy') return null
  const quiet = {...context, options: {...context.options, proxy: null}, progress: () => undefined}
  const way = await approach(quiet, 'drs-endpoint', host, HTTPS_PORT)
  if (isFinding(way)) throw new Error('a path without a proxy has no malformed one')
  const {report} = await probeWay(way)
  const {code, detail} = judgePath(report, {
    judgeAnswer: judgeServiceAnswer,
    amazonOnly: signedByAmazon(context),
    now: Date.now(),
  })
  return {code, detail}
}

/** A clock that AWS would refuse; null where it is right, or the server does not tell. */
export function clockFinding(
  host: string,
  answer: Pick<HttpAnswer, 'headers' | 'receivedAt'>,
): Finding | null {
  const skewMs = clockSkew(answer)
  if (!isSkewed(skewMs)) return null
  const detail = `this clock is ${describeSkew(skewMs)}`
  const scene = {host, port: HTTPS_PORT, from: '', proxy: null, detail}
  return finding('drs-endpoint', 'clock.skew', {
    target: host,
    ...explain('clock.skew', scene),
    evidence: {skewSeconds: Math.round(skewMs / 1_000)},
  })
}

/**
 * Roots that this server lacks, though the certificate could be verified here: curl and Python, and with them the
 * download of the installer, have only the server's own. Null where there is nothing to say.
 */
export function rootsFinding(host: string, trust: TrustFacts): Finding | null {
  const {own, roots, caBundleOnly} = trust
  if (own !== 'missing' && (own !== 'lack' || caBundleOnly !== null)) return null
  const verified = `the certificate of ${host} was verified with the roots of ${roots.join(' and ')}`
  return finding('drs-endpoint', 'tls.untrusted', {
    target: host,
    status: 'warn',
    summary:
      own === 'missing'
        ? `This server has no CA certificates, so ${verified}; curl and Python on this server cannot verify it.`
        : `This server's CA certificates lack the root of ${host}, so ${verified}; curl and Python on this server cannot verify it.`,
    nextStep:
      own === 'missing'
        ? 'Install the package ca-certificates (on SUSE ca-certificates-mozilla), then check again.'
        : 'Update the package ca-certificates (on SUSE ca-certificates-mozilla), then check again.',
    evidence: {ownRoots: own, roots},
  })
}

/** A well-formed proxy address that AWS's installer would stumble over; null for every other. */
export function proxyFinding(proxy: CheckOptions['proxy']): Finding | null {
  const address = proxy && parseProxy(proxy.url)
  if (!address || address.trailingSlash) return null
  const shown = redactProxy(proxy.url)
  return finding('drs-endpoint', 'proxy.address', {
    target: shown,
    summary: `The proxy address ${shown} (${proxy.from}) must end with a slash for the AWS Replication Installer.`,
    nextStep: `Write it as ${shown}/.`,
    evidence: {proxy: shown, from: proxy.from},
  })
}
