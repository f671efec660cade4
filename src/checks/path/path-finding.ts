import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import type {CheckId} from '../../contract/checks.ts'
import type {BlameEvidence, Layer} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import {blockCause} from '../../firewall/block-cause.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import {sourceAddress} from '../../platform/network/source-address.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {judgeSlowLookup} from './blame/name.ts'
import {isSlow, type NameQuery} from './blame/name-queries.ts'
import type {OwnRules} from './blame/own-rules.ts'
import {blamePath} from './blame/path.ts'
import {type Blamed, FIX_WITH_CHECKS, portOf, queryEvidence, serverOf, tellBlame} from './blame/sentences.ts'
import {seconds} from './describe-resolution.ts'
import {pathEvidence} from './evidence.ts'
import type {PathReport, PathVerdict} from './judge-path.ts'
import type {ProxyChoice} from './route.ts'
import {explain, type Sentences} from './sentences.ts'

type Subject = {
  readonly check: CheckId
  readonly target: string
  readonly host: string
  readonly port: number
  readonly route: ProxyChoice
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
    const {resolution} = report
    if (!isSlow(resolution)) return finding(check, 'ok', {target, summary, evidence, durationMs})
    const told = tellSlowLookup(host, proxy, resolution, await judgeSlowLookup(context, resolution))
    if (told === null) return finding(check, 'ok', {target, summary, evidence, durationMs})
    const {code, ...slow} = told
    const layers = renamed(verdict.layers, 'dns.timeout', code)
    const all = {...evidence, layers, ...slow.evidence}
    return finding(check, code, {target, status: 'warn', ...slow, evidence: all, durationMs})
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

/** This server's address on the path: as used, or as the routing table would have it. */
async function localAddress({facts}: PathReport): Promise<string | null> {
  if (!facts) return null
  return facts.tcp.kind === 'connected' ? facts.tcp.localAddress : await sourceAddress(facts.tcp.decisive)
}

type Told = Sentences & {readonly code: CauseCode; readonly owner?: Owner; readonly evidence: BlameEvidence}

/**
 * What the agent would meet, which has names looked up by the system alone, where that takes long. Null where it got an
 * answer, and no rule is known to have kept it waiting.
 *
 * @param rules what this host's own rules make of a query that they stop, or may; null where they stop none
 */
export function tellSlowLookup(
  host: string,
  proxy: string | null,
  {servers = [], ...resolution}: Resolution,
  rules: (OwnRules & {readonly query: NameQuery}) | null,
): Told | null {
  const unansweredMs = resolution.kind === 'resolved' ? resolution.unansweredMs : undefined
  if (unansweredMs === undefined && rules?.judgement.verdict !== 'block') return null
  const [through, whose] = proxy === null ? ['', 'its'] : [` through ${proxy}`, "the proxy's"]
  const how =
    unansweredMs === undefined
      ? `it took ${seconds(resolution.ms)}.`
      : `getaddrinfo(3), which the AWS Replication Agent uses, did not answer in ${seconds(unansweredMs)}, while a name server did.`
  const slow = `${host} answers${through}, but ${whose} name resolves slowly on this server: ${how}`
  const nextStep =
    "Ask the DNS administrators which of this server's name services does not answer (nsswitch.conf, resolv.conf" +
    `${servers.length === 0 ? '' : `: ${servers.join(', ')}`}); \`getent ahosts ${host}\` waits for it as the agent does.`
  if (rules === null) return {code: 'dns.timeout', summary: slow, nextStep, evidence: {}}
  const {judgement, query, advice} = rules
  const evidence = {
    ...queryEvidence(query),
    ownRules: {verdict: judgement.verdict, reason: judgement.reason},
  }
  if (judgement.verdict !== 'block') {
    return {
      code: 'dns.timeout',
      owner: 'this-host',
      summary: `${slow} It is not known whether the host firewall blocks ${portOf(query)} of ${serverOf(query)}: ${judgement.reason}`,
      nextStep: `${advice}; if the host firewall allows it: ${nextStep}`,
      evidence: {blame: 'undecided', ...evidence},
    }
  }
  return {
    code: blockCause(judgement),
    owner: 'this-host',
    summary: `${slow} The host firewall blocks ${portOf(query)} of ${serverOf(query)}. ${judgement.reason}`,
    nextStep: FIX_WITH_CHECKS(),
    evidence: {blame: 'rule', ...evidence, judgement},
  }
}
