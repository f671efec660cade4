import type {CauseCode} from '../../contract/cause-codes.ts'
import type {Finding, Layer} from '../../contract/finding.ts'
import type {Connected, NotConnected} from '../../platform/network/tcp.ts'

type Verdict = {readonly code: CauseCode; readonly detail: string; readonly layers: readonly Layer[]}

type Silence = {
  readonly port: number
  readonly tcp: Connected | NotConnected | undefined
  /** Findings of the check of this host's own rules for that port. */
  readonly firewall: Promise<readonly Finding[]>
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
  if (!UNANSWERED.has(verdict.code) || tcp?.kind !== 'failed' || tcp.decisive.outcome !== 'timeout')
    return verdict
  if (!(await firewall).some(({code}) => UNDECIDED.has(code))) return verdict
  const {leavesThisHost} = await import('../../platform/network/local-drop.ts')
  return (await leavesThisHost(tcp.decisive, port, signal)) === false ? droppedHere(verdict) : verdict
}

/** A proxy that cannot be reached may be so for the same reason as an endpoint. */
const UNANSWERED: ReadonlySet<CauseCode> = new Set(['tcp.timeout', 'proxy.unreachable'])

const UNDECIDED: ReadonlySet<CauseCode> = new Set(['firewall.unknown', 'firewall.unreadable'])

function droppedHere<V extends Verdict>(verdict: V): V {
  const code = 'tcp.local-drop'
  const layers = verdict.layers.map(layer => (UNANSWERED.has(layer.code) ? {...layer, code} : layer))
  return {...verdict, code, layers, detail: 'none of the retransmissions went out'}
}
