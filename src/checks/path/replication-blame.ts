import type {CheckContext} from '../check.ts'
import {judgeReplication, type ReplicationReport, type ReplicationVerdict} from './judge-replication.ts'
import {placeNameBlame} from './name-blame.ts'
import {isForbidden} from './name-queries.ts'
import {flowOfAttempt, namesOthers, type Placed, placeBlame} from './place-blame.ts'
import {refineRefusal} from './refine-refusal.ts'

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
    const {whoRefuses} = await import('../../platform/network/refusal.ts')
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
