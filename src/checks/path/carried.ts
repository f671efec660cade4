import type {Finding} from '../../contract/finding.ts'
import type {Answer} from '../../platform/network/http.ts'
import {parseProxy, redactProxy} from '../../platform/network/proxy-address.ts'
import {finding} from '../finding.ts'
import type {CheckOptions} from '../options.ts'
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

/** A well-formed proxy address that AWS's installer would stumble over; null for every other. */
export function proxyFinding(proxy: CheckOptions['proxy']): Finding | null {
  const address = proxy && parseProxy(proxy.url)
  if (!address || address.trailingSlash) return null
  const shown = redactProxy(proxy.url)
  return finding('drs-endpoint', 'proxy.address', {
    target: shown,
    summary: `The proxy address ${shown} (${proxy.from}) lacks the final slash that AWS's installer needs.`,
    nextStep: `Write it as ${shown}/.`,
    evidence: {proxy: shown, from: proxy.from},
  })
}
