import type {ReplicationVerdict} from './judge-replication.ts'
import type {Placed} from './place-blame.ts'

/** How a connection to TCP 1500 was refused: by whom, and who stops it if that is not the far end. */
export type Refused = {
  /** `icmp`: by a firewall, which may be this host's; null where it cannot be told. */
  readonly by: 'reset' | 'icmp' | null
  readonly placed: Placed
}

/**
 * A refusal proves the path only where it is the far end's own answer, which it is not if a firewall sends an ICMP
 * message, and of which nobody knows whether it is while this host's own rules may have sent it.
 */
export function refineRefusal(verdict: ReplicationVerdict, {by, placed}: Refused): ReplicationVerdict {
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
