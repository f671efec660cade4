import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import type {HttpAnswer} from '../../platform/network/http.ts'
import type {TrustFacts} from '../../platform/network/tls/secure.ts'
import type {CheckContext} from '../check.ts'
import {alongside} from './alongside.ts'
import {type Approach, approach, isFinding} from './approach.ts'
import {type AnswerVerdict, judgePath, type PathReport} from './judge-path.ts'
import {firstFailure, waitingFinding} from './not-tested.ts'
import {pathFinding} from './path-finding.ts'
import {HTTPS_PORT, routeTo} from './route.ts'

/** Enough for an error document; nothing longer is of interest. */
const MAX_BODY_BYTES = 16 * 1024

export type EndpointProbe = {
  readonly finding: Finding
  /** Null where no HTTP answer came. */
  readonly answer: HttpAnswer | null
  /** What the certificate was verified against; null where it was not. */
  readonly trust: TrustFacts | null
}

/** Asks for an endpoint's root over the whole path, and judges every layer. */
export async function probeEndpoint(
  context: CheckContext,
  check: CheckId,
  host: string,
  judgeAnswer: (answer: HttpAnswer) => AnswerVerdict,
): Promise<EndpointProbe> {
  const probed = await alongside(context, hostFirewallBlock(context, host), bounded =>
    measure(bounded, check, host, judgeAnswer),
  )
  if (probed.kind === 'done') return probed.value
  return {finding: waitingFinding(check, host, probed.cause), answer: null, trust: null}
}

async function measure(
  context: CheckContext,
  check: CheckId,
  host: string,
  judgeAnswer: (answer: HttpAnswer) => AnswerVerdict,
): Promise<EndpointProbe> {
  const way = await approach(context, check, host, HTTPS_PORT)
  if (isFinding(way)) return {finding: way, answer: null, trust: null}
  const {report, answer} = await probeWay(way)
  const verdict = judgePath(report, {judgeAnswer, amazonOnly: signedByAmazon(context), now: Date.now()})
  const subject = {check, target: host, host, port: HTTPS_PORT, route: way.route}
  const tls = report.facts?.tls
  const trust = tls?.kind === 'secured' ? tls.trust : null
  return {finding: await pathFinding(context, subject, report, verdict), answer, trust}
}

/** Goes a prepared way to its end, and asks for the root. */
export async function probeWay({
  route,
  resolution,
  request,
}: Approach): Promise<{report: PathReport; answer: HttpAnswer | null}> {
  const {probePath} = await import('../../platform/network/path.ts')
  const exchange = request && (await probePath({...request, path: '/', maxBytes: MAX_BODY_BYTES}))
  const http = exchange?.http ?? null
  return {
    report: {proxied: route.kind === 'proxy', resolution, facts: exchange, http},
    answer: http?.kind === 'answered' ? http : null,
  }
}

/** What the host firewall's check says of the way that a host is reached by: its proxy's address, or its own. */
async function hostFirewallFindings(context: CheckContext, host: string): Promise<readonly Finding[]> {
  const proxied = routeTo(host, HTTPS_PORT, context.options).kind === 'proxy'
  const findings = await context.earlier('firewall-443')
  return findings.filter(({evidence}) => (evidence.proxy !== undefined) === proxied)
}

/**
 * The host firewall's own fault that makes a test of a host pointless: the rules stop every address of it. A host of which
 * they let one address through is tested.
 */
export async function hostFirewallBlock(context: CheckContext, host: string): Promise<Finding | undefined> {
  const findings = await hostFirewallFindings(context, host)
  const named = findings.filter(({evidence}) => evidence.hosts?.includes(host))
  if (named.length === 0) return firstFailure(findings)
  return named.every(({status}) => status === 'fail') ? named[0] : undefined
}

/** Who signs for the European Sovereign Cloud's endpoints is not published; everywhere else it is Amazon. */
export function signedByAmazon({endpoints}: Pick<CheckContext, 'endpoints'>): boolean {
  return endpoints?.region.partition !== 'aws-eusc'
}
