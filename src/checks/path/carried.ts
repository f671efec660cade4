import type {CheckOptions} from '../../contract/check-options.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Answer} from '../../platform/network/http.ts'
import {parseProxy, redactProxy} from '../../platform/network/proxy-address.ts'
import type {TrustFacts} from '../../platform/network/tls.ts'
import {finding} from '../finding.ts'
import {clockSkew, describeSkew, isSkewed} from './clock.ts'
import {HTTPS_PORT} from './route.ts'
import {explain} from './sentences.ts'

/** A clock that AWS would refuse; null where it is right, or the server does not tell. */
export function clockFinding(host: string, answer: Pick<Answer, 'headers' | 'receivedAt'>): Finding | null {
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
