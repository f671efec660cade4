import type {CheckContext} from '../check.ts'
import {placeNameBlame} from '../path/blame/name.ts'
import {isForbidden} from '../path/blame/name-queries.ts'
import {flowOfAttempt, namesOthers, type Placed, placeBlame} from '../path/blame/place.ts'
import {judgeReplication, type ReplicationReport, type ReplicationVerdict} from './judge.ts'

/** What is known of the path to port 1500, and who stops it where it is not open. */
export async function blameReplication(
  context: CheckContext,
  {host, port}: {readonly host: string; readonly port: number},
  report: ReplicationReport,
): Promise<{readonly verdict: ReplicationVerdict; readonly placed: Placed | null}> {
  const verdict = judgeReplication(report)
  const {resolution, tcp} = report
  if (verdict.code === 'replication.no-listener' && tcp?.kind === 'failed') {
    const placed = await placeBlame(context, flowOfAttempt(tcp.decisive, port))
    const {whoRefuses} = await import('../../platform/network/tcp/refusal.ts')
    const limits = {timeoutMs: context.options.timeoutMs, signal: context.signal}
    const by = await whoRefuses(tcp.decisive, port, limits)
    return {verdict: refineRefusal(verdict, {by, placed}), placed}
  }
  const isOthers = namesOthers(verdict.code, verdict.owner) || isForbidden(resolution)
  if (verdict.code === 'ok' || !isOthers) return {verdict, placed: null}
  if (tcp?.kind === 'failed')
    return {verdict, placed: await placeBlame(context, flowOfAttempt(tcp.decisive, port))}
  return {verdict, placed: await placeNameBlame(context, host, resolution)}
}

/** How a connection to TCP 1500 was refused: by whom, and who stops it if that is not the far end. */
type Refused = {
  /** `icmp`: by a firewall, which may be this host's; null where it cannot be told. */
  readonly by: 'reset' | 'icmp' | null
  readonly placed: Placed
}

/**
 * A refusal proves the path only where it is the far end's own answer, which it is not if a firewall sends an ICMP
 * message, and of which nobody knows whether it is while this host's own rules may have sent it.
 */
function refineRefusal(verdict: ReplicationVerdict, {by, placed}: Refused): ReplicationVerdict {
  const provesPath = by !== 'icmp' && placed.blame.kind === 'beyond'
  if (provesPath) return verdict
  const isUndecided = by !== 'icmp' && placed.blame.kind === 'undecided'
  return {
    ...verdict,
    code: 'tcp.refused',
    ...(isUndecided ? {status: 'warn'} : {}),
    detail: by === 'icmp' ? 'refused by an ICMP message, not by the far end' : verdict.detail,
    layers: verdict.layers.map(layer =>
      layer.code === 'replication.no-listener'
        ? {...layer, code: 'tcp.refused', status: isUndecided ? 'warn' : 'fail'}
        : layer,
    ),
  }
}
