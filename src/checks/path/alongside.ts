import type {Finding} from '../../contract/finding.ts'
import type {CheckContext} from '../check.ts'

export type Alongside<T> =
  | {readonly kind: 'done'; readonly value: T}
  | {readonly kind: 'waits'; readonly cause: Finding}

/**
 * Runs a probe side by side with what it follows from, which nearly always passes; a failure there stops the probe,
 * whose outcome would only repeat it.
 *
 * @throws what the probe throws, unless it was stopped.
 */
export async function alongside<T>(
  context: CheckContext,
  failure: Promise<Finding | undefined>,
  probe: (context: CheckContext) => Promise<T>,
): Promise<Alongside<T>> {
  const stop = new AbortController()
  const probing = probe({...context, signal: AbortSignal.any([context.signal, stop.signal])})
  const over = probing.then(
    () => undefined,
    () => undefined,
  )
  const cause = await failure
  if (!cause) return {kind: 'done', value: await probing}
  stop.abort()
  await over
  return {kind: 'waits', cause}
}
