import type {CheckId} from '../../contract/check-ids.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Answer} from '../../platform/network/http.ts'
import type {CheckContext} from '../check.ts'
import {approach, isFinding} from './approach.ts'
import {type AnswerVerdict, judgePath} from './judge-path.ts'
import {pathFinding} from './path-finding.ts'
import {refineTimeout} from './refine-timeout.ts'
import {HTTPS_PORT, routeTo} from './route.ts'
import {firstFailure, waitingFinding} from './waits-for.ts'

/** Enough for an error document; nothing longer is of interest. */
const MAX_BODY_BYTES = 16 * 1024

export type EndpointProbe = {
  readonly finding: Finding
  /** Null where no HTTP answer came. */
  readonly answer: Answer | null
}

/** Asks for an endpoint's root over the whole path, and judges every layer. */
export async function probeEndpoint(
  context: CheckContext,
  check: CheckId,
  host: string,
  judgeAnswer: (answer: Answer) => AnswerVerdict,
): Promise<EndpointProbe> {
  const blocked = hostFirewallBlock(context, host)
  if (blocked) return {finding: waitingFinding(check, host, blocked), answer: null}
  const way = await approach(context, check, host, HTTPS_PORT)
  if (isFinding(way)) return {finding: way, answer: null}
  const {probePath} = await import('../../platform/network/path.ts')
  const exchange = way.request && (await probePath({...way.request, path: '/', maxBytes: MAX_BODY_BYTES}))
  const report = {
    proxied: way.route.kind === 'proxy',
    resolution: way.resolution,
    facts: exchange,
    http: exchange?.http ?? null,
  }
  const judged = judgePath(report, {judgeAnswer, amazonOnly: signedByAmazon(context), now: Date.now()})
  const verdict = await refineTimeout(judged, {
    port: HTTPS_PORT,
    tcp: exchange?.tcp,
    firewall: context.earlier('firewall-443'),
    signal: context.signal,
  })
  const subject = {check, target: host, host, port: HTTPS_PORT, route: way.route}
  const answer = report.http?.kind === 'answered' ? report.http : null
  return {finding: await pathFinding(context, subject, report, verdict), answer}
}

/** The host firewall's own fault that makes a test of a host pointless; rules about AWS say nothing about a proxy. */
export function hostFirewallBlock(context: CheckContext, host: string): Finding | undefined {
  const direct = routeTo(host, HTTPS_PORT, context.options).kind === 'direct'
  return direct ? firstFailure(context.earlier('firewall-443')) : undefined
}

/** Who signs for the European Sovereign Cloud's endpoints is not published; everywhere else it is Amazon. */
export function signedByAmazon({endpoints}: Pick<CheckContext, 'endpoints'>): boolean {
  return endpoints?.region.partition !== 'aws-eusc'
}
