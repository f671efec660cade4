import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import type {Layer, LayerName} from '../../contract/evidence.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import type {HttpAnswer, NoResponse} from '../../platform/network/http.ts'
import type {PathFacts} from '../../platform/network/path.ts'
import type {NoTunnel} from '../../platform/network/proxy/tunnel.ts'
import type {ConnectFailure, FailedAttempt} from '../../platform/network/tcp/outcome.ts'
import {isSinkhole} from './addresses.ts'
import {describeResolution} from './describe-resolution.ts'
import {judgeTls} from './judge-tls.ts'

/** All that is known of one path. With a proxy, `resolution` and `tcp` are about the proxy. */
export type PathReport = {
  readonly proxied: boolean
  readonly resolution: Resolution
  /** Null where the resolution left nothing to connect to. */
  readonly facts: PathFacts | null
  readonly http: HttpAnswer | NoResponse | null
}

/** What a service's judge makes of an answer. `status` only where it is not the code's own. */
export type AnswerVerdict = {
  readonly code: CauseCode
  readonly status?: 'warn' | 'pass'
  readonly detail: string
}

export type PathVerdict = AnswerVerdict & {
  readonly layers: readonly Layer[]
  readonly owner?: Owner
}

export type PathRules = {
  readonly judgeAnswer: (answer: HttpAnswer) => AnswerVerdict
  readonly amazonOnly: boolean
  /** This clock, milliseconds since epoch. */
  readonly now: number
}

type Step = AnswerVerdict & {
  readonly layer: LayerName
  readonly ms: number
  readonly owner?: Owner
  /** It says something of its layer, and stops nothing: the layers above decide. */
  readonly isAside?: true
}

/** Judges the layers from the bottom up; the first that is not `ok` is the verdict. */
export function judgePath(report: PathReport, rules: PathRules): PathVerdict {
  const steps = stepsOf(report, rules)
  const layers = steps.map(
    ({layer, code, status, ms, detail}): Layer => ({
      layer,
      status: status ?? (code === 'ok' ? 'pass' : 'fail'),
      code,
      ms,
      detail,
    }),
  )
  const decisive = steps.find(({code, isAside}) => code !== 'ok' && !isAside) ?? steps.at(-1)
  if (!decisive) throw new Error('a path has at least its DNS layer')
  const {code, detail, status} = decisive
  const owner = decisive.owner ?? (report.proxied && AT_THE_PROXY.has(code) ? 'proxy-team' : undefined)
  return {layers, code, detail, ...(status && {status}), ...(owner && {owner})}
}

/** What a proxy does to traffic is its team's to change. */
const AT_THE_PROXY: ReadonlySet<CauseCode> = new Set(['tls.intercepted', 'http.block-page'])

function stepsOf({proxied, resolution, facts, http}: PathReport, rules: PathRules): readonly Step[] {
  const steps: Step[] = [{layer: 'dns', ms: resolution.ms, ...judgeDns(resolution, proxied)}]
  if (!facts) return steps
  const {tcp, proxy, tls} = facts
  steps.push(
    tcp.kind === 'connected'
      ? {layer: 'tcp', code: 'ok', detail: `connected to ${tcp.address}`, ms: tcp.ms}
      : {layer: 'tcp', ms: tcp.ms, ...judgeTcp(tcp.decisive, proxied)},
  )
  if (proxy) {
    const detail = proxy.kind === 'tunnel' && proxy.encrypted ? 'tunnel opened over TLS' : 'tunnel opened'
    steps.push(
      proxy.kind === 'tunnel'
        ? {layer: 'proxy', code: 'ok', detail, ms: proxy.ms}
        : {layer: 'proxy', ms: proxy.ms, ...judgeTunnel(proxy)},
    )
  }
  if (tls) steps.push({layer: 'tls', ms: tls.ms, ...judgeTls(tls, rules.amazonOnly, rules.now)})
  if (http) {
    const verdict = http.kind === 'answered' ? rules.judgeAnswer(http) : judgeSilence(http)
    steps.push({layer: 'http', ms: http.ms, ...verdict})
  }
  return steps
}

/** A proxy on this host itself is common; a service of AWS there is none. */
function judgeDns(resolution: Resolution, proxied: boolean): AnswerVerdict & {owner?: Owner; isAside?: true} {
  const detail = describeResolution(resolution)
  if (resolution.kind === 'failed') {
    const owner = isOurs(resolution) ? {owner: 'this-host' as const} : {}
    return proxied
      ? {code: 'proxy.unreachable', detail: `its name does not resolve (${detail})`, ...owner}
      : {code: resolution.code, detail, ...owner}
  }
  if (!proxied && isSinkhole(resolution.addresses)) return {code: 'dns.sinkhole', detail}
  if (resolution.unansweredMs !== undefined)
    return {code: 'dns.timeout', status: 'warn', detail, isAside: true}
  return {code: 'ok', detail}
}

/** A query that never left this host is nobody else's to fix. */
export function isOurs(resolution: Resolution): boolean {
  return resolution.kind === 'failed' && (resolution.errno === 'FORBIDDEN' || resolution.errno === 'NOROUTE')
}

const TCP_CODES = {
  refused: 'tcp.refused',
  timeout: 'tcp.timeout',
  unreachable: 'tcp.unreachable',
  prohibited: 'tcp.prohibited',
  reset: 'tcp.reset',
} as const satisfies Record<ConnectFailure, CauseCode>

export function judgeTcp(attempt: FailedAttempt, proxied: boolean): AnswerVerdict & {owner?: Owner} {
  const {outcome, beforeSending} = attempt
  return {
    code: proxied ? 'proxy.unreachable' : TCP_CODES[outcome],
    detail: describeAttempt(attempt),
    ...(outcome === 'unreachable' && beforeSending ? {owner: 'this-host'} : {}),
  }
}

function describeAttempt({address, outcome, errno, beforeSending, ms}: FailedAttempt): string {
  switch (outcome) {
    case 'timeout':
      return `no answer from ${address} in ${Math.round(ms / 100) / 10} s`
    case 'refused':
      return `${address} answers ${errno}`
    case 'unreachable':
      return beforeSending ? `no route to ${address} (${errno})` : `${address} is unreachable (${errno})`
    case 'prohibited':
      return `connecting to ${address} failed with ${errno}`
    case 'reset':
      return `${address} gives ${errno}`
  }
}

function judgeTunnel({failure, status, errno}: NoTunnel): AnswerVerdict {
  return {
    code: `proxy.${failure}`,
    detail: status === null ? `no answer to CONNECT (${errno})` : `CONNECT answered with ${status}`,
  }
}

function judgeSilence({failure, errno}: NoResponse): AnswerVerdict {
  switch (failure) {
    case 'timeout':
      return {code: 'http.timeout', detail: 'no answer to the request'}
    case 'closed':
      return {code: 'http.error', detail: `the connection was closed instead of an answer (${errno})`}
    case 'malformed':
      return {code: 'http.error', detail: `the answer is not HTTP (${errno})`}
  }
}
