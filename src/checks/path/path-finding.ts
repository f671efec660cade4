import type {CauseCode} from '../../contract/cause-codes.ts'
import type {CheckId} from '../../contract/checks.ts'
import type {Finding, Layer} from '../../contract/finding.ts'
import {sourceAddress} from '../../platform/network/source-address.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {type Blamed, tellBlame} from './blame-sentences.ts'
import {pathEvidence} from './evidence.ts'
import type {PathReport, PathVerdict} from './judge-path.ts'
import {judgeSlowLookup} from './name-blame.ts'
import {isSlow} from './name-queries.ts'
import {blamePath} from './path-blame.ts'
import type {Route} from './route.ts'
import {explain} from './sentences.ts'
import {tellSlowLookup} from './slow-lookup.ts'

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
