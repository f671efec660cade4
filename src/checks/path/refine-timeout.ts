import type {CauseCode} from '../../contract/cause-codes.ts'
import type {Finding, Layer} from '../../contract/finding.ts'
import type {Connected, NotConnected} from '../../platform/network/tcp.ts'

type Verdict = {readonly code: CauseCode; readonly detail: string; readonly layers: readonly Layer[]}

type Silence = {
  readonly port: number
  readonly tcp: Connected | NotConnected | undefined
  /** Findings of the check of this host's own rules for that port. */
  readonly firewall: readonly Finding[]
  readonly signal: AbortSignal
}

/**
 * Tells, for a connection that was not answered, whether its packets leave this host at all. That is measured only
 * where this host's own rules could not be judged; everywhere else they have been acquitted.
 */
export async function refineTimeout<V extends Verdict>(
  verdict: V,
  {port, tcp, firewall, signal}: Silence,
): Promise<V> {
  const undecided = firewall.some(({code}) => code === 'firewall.unknown' || code === 'firewall.unreadable')
  if (verdict.code !== 'tcp.timeout' || !undecided || tcp?.kind !== 'failed') return verdict
  const {leavesThisHost} = await import('../../platform/network/local-drop.ts')
  return (await leavesThisHost(tcp.decisive, port, signal)) === false ? droppedHere(verdict) : verdict
}

function droppedHere<V extends Verdict>(verdict: V): V {
  const code = 'tcp.local-drop'
  const layers = verdict.layers.map(layer => (layer.code === 'tcp.timeout' ? {...layer, code} : layer))
  return {...verdict, code, layers, detail: 'none of the retransmissions went out'}
}
