import type {Finding} from '../../contract/finding.ts'
import type {Connected, NotConnected} from '../../platform/network/tcp.ts'
import type {ReplicationVerdict} from './judge-replication.ts'

type Refused = {
  readonly port: number
  readonly tcp: Connected | NotConnected | null
  /** Findings of the check of this host's own rules for that port. */
  readonly firewall: Promise<readonly Finding[]>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * A refusal proves the path only where it is the far end's own answer. A firewall that rejects, on the way or here,
 * ends the connection with the same error.
 */
export async function refineRefusal(
  verdict: ReplicationVerdict,
  refused: Refused,
): Promise<ReplicationVerdict> {
  const {port, tcp, firewall, timeoutMs, signal} = refused
  if (verdict.code !== 'replication.no-listener' || tcp?.kind !== 'failed') return verdict
  const {whoRefuses} = await import('../../platform/network/refusal.ts')
  if ((await whoRefuses(tcp.decisive, port, {timeoutMs, signal})) !== 'icmp') return verdict
  const code = 'tcp.refused'
  const rules = await firewall
  const acquitted = rules.length > 0 && rules.every(found => found.code === 'ok')
  return {
    ...verdict,
    code,
    ...(acquitted ? {} : {owner: 'this-host' as const}),
    detail: 'an ICMP message refuses it, not the far end',
    layers: verdict.layers.map(layer =>
      layer.code === 'replication.no-listener' ? {...layer, code, status: 'fail' as const} : layer,
    ),
  }
}
