import type {Remedy} from '../../contract/remedy.ts'
import type {Probed} from '../events.ts'

export type RecheckResult = {
  readonly helped: boolean
  /** One sentence: why it is taken to help, or not. */
  readonly reason: string
  /** One sentence that is reported with a remedy which is kept: what its proof leaves open. */
  readonly note?: string | null
  /** The connections that were tried. */
  readonly probes?: readonly Probed[]
}

/** What a re-check says of a remedy that is in place. */
export type Recheck = (remedy: Remedy) => Promise<RecheckResult>

/** Settles with the re-check, or at once with the signal's reason. */
export async function recheckUnlessAborted(
  remedy: Remedy,
  recheck: Recheck,
  signal: AbortSignal,
): Promise<RecheckResult> {
  signal.throwIfAborted()
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, {once: true})
  try {
    return await Promise.race([recheck(remedy), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
