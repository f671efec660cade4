import {useInput, useStdin} from 'ink'
import {useEffect, useEffectEvent} from 'react'
import {Interrupted} from '../../contract/errors.ts'

/**
 * Reports everything that ends a program on a terminal: Ctrl-C, the end of input, and an aborted signal. `insists`: by
 * a key, so that a second one may end it without waiting.
 */
export function useInterrupts(
  interrupt: (error: Error, insists: boolean) => void,
  signal: AbortSignal | undefined,
): void {
  const {stdin} = useStdin()
  const tell = useEffectEvent(interrupt)

  useInput((input, key) => {
    if (key.ctrl && input === 'c') interrupt(new Interrupted('SIGINT'), true)
  })

  useEffect(() => {
    const hangUp = () => tell(new Interrupted('SIGHUP'), false)
    stdin.on('end', hangUp)
    return () => {
      stdin.off('end', hangUp)
    }
  }, [stdin])

  useEffect(() => {
    if (signal === undefined) return
    const stop = () => tell(asError(signal.reason), false)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    return () => signal.removeEventListener('abort', stop)
  }, [signal])
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The screens were stopped.', {cause: reason})
}
