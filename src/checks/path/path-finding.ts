import type {CauseCode} from '../../contract/cause-codes.ts'
import type {CheckId} from '../../contract/check-ids.ts'
import type {Finding, Layer} from '../../contract/finding.ts'
import {sourceAddress} from '../../platform/network/source-address.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {type Blamed, tellBlame} from './blame-sentences.ts'
import {seconds} from './describe-resolution.ts'
import {pathEvidence} from './evidence.ts'
import type {PathReport, PathVerdict} from './judge-path.ts'
import {blamePath} from './path-blame.ts'
import type {Route} from './route.ts'
import type {Sentences} from './scene.ts'
import {explain} from './sentences.ts'

type Subject = {
  readonly check: CheckId
  readonly target: string
  readonly host: string
  readonly port: number
  readonly route: Route
}

/**
 * Turns a judged path into a finding with the sentences that its code calls for. A failure is laid on somebody beyond
 * this host only where this host is known not to cause it.
 */
export async function pathFinding(
  context: CheckContext,
  {check, target, host, port, route}: Subject,
  report: PathReport,
  verdict: PathVerdict,
): Promise<Finding> {
  const proxy = route.kind === 'direct' ? null : route.shown
  const from = await localAddress(report)
  const evidence = pathEvidence(report, verdict, {proxy, from})
  const isPrivate = proxy === null && evidence.addressScope === 'private'
  const durationMs = verdict.layers.reduce((sum, {ms}) => sum + ms, 0)
  if (verdict.code === 'ok') {
    const where = isPrivate ? ' at a private address, like a VPC endpoint' : ''
    const summary = `${host} answers${proxy === null ? where : ` through ${proxy}`} (${verdict.detail}).`
    const slow = slowLookup(host, proxy, report)
    if (slow === null) return finding(check, 'ok', {target, summary, evidence, durationMs})
    return finding(check, 'dns.timeout', {target, status: 'warn', ...slow, evidence, durationMs})
  }
  const ours = from ?? (await context.reader.host()).hostname
  const {code, detail, owner} = verdict
  const scene = {host, port, from: ours, proxy, detail, isPrivate, ...(owner && {owner})}
  const to = route.kind === 'proxy' ? {host: route.proxy.host, port: route.proxy.port} : {host, port}
  const cause = {code, owner, ...explain(code, scene), detail, ...to}
  const placed = await blamePath(context, host, report, verdict, route)
  const told: Blamed = placed === null ? {...cause, evidence: {}} : tellBlame(cause, placed)
  return finding(check, told.code, {
    target,
    summary: told.summary,
    nextStep: told.nextStep,
    evidence: {...evidence, layers: renamed(verdict.layers, code, told.code), ...told.evidence},
    durationMs,
    ...(verdict.status && {status: verdict.status}),
    ...(told.owner && {owner: told.owner}),
  })
}

/** The layer that failed carries the code of the finding. */
export function renamed(layers: readonly Layer[], from: CauseCode, to: CauseCode): readonly Layer[] {
  return from === to ? layers : layers.map(layer => (layer.code === from ? {...layer, code: to} : layer))
}

/** What the agent would meet, which has names looked up by the system alone; null where that is quick. */
function slowLookup(host: string, proxy: string | null, {resolution}: PathReport): Sentences | null {
  if (resolution.kind === 'failed' || resolution.unansweredMs === undefined) return null
  const {unansweredMs, servers = []} = resolution
  const [through, whose] = proxy === null ? ['', 'its'] : [` through ${proxy}`, "the proxy's"]
  return {
    summary:
      `${host} answers${through}, but ${whose} name resolves slowly on this server: getaddrinfo(3), which the AWS Replication ` +
      `Agent uses, did not answer in ${seconds(unansweredMs)}, while a name server did.`,
    nextStep:
      "Ask the DNS administrators which of this server's name services does not answer (nsswitch.conf, resolv.conf" +
      `${servers.length === 0 ? '' : `: ${servers.join(', ')}`}); \`getent ahosts ${host}\` waits for it as the agent does.`,
  }
}

/** This server's address on the path: as used, or as the routing table would have it. */
async function localAddress({facts}: PathReport): Promise<string | null> {
  if (!facts) return null
  return facts.tcp.kind === 'connected' ? facts.tcp.localAddress : await sourceAddress(facts.tcp.decisive)
}
