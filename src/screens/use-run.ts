import {useEffect, useEffectEvent, useRef} from 'react'
import type {Event} from '../engine/events.ts'
import {useWizard} from './use-wizard.ts'

/**
 * Feeds a run of the engine into the wizard while the calling screen is shown. `stop` aborts it but keeps listening,
 * so that what is taken back is still seen; leaving the screen aborts it and lets go.
 */
export function useRun(
  start: (signal: AbortSignal) => AsyncIterable<Event>,
  stop: Error | null = null,
): void {
  const {dispatch} = useWizard()
  const controller = useRef<AbortController | null>(null)
  const begin = useEffectEvent(start)

  useEffect(() => {
    const own = new AbortController()
    controller.current = own
    const events = begin(own.signal)[Symbol.asyncIterator]()
    let left = false
    const follow = async () => {
      try {
        for (let next = await events.next(); !next.done && !left; next = await events.next()) {
          dispatch({type: 'event', event: next.value})
        }
        if (!left) dispatch({type: 'run-ended'})
      } catch (error) {
        // A run that was aborted may end by throwing the reason; anything else is a failure of its own.
        const stopped = own.signal.aborted && error === own.signal.reason
        if (!left) dispatch(stopped ? {type: 'run-ended'} : {type: 'failed', error})
      }
    }
    void follow()
    return () => {
      left = true
      own.abort()
      // Nobody is left to be told how a run that was let go has ended.
      void events.return?.().catch(() => {})
    }
  }, [dispatch])

  useEffect(() => {
    if (stop !== null) controller.current?.abort(stop)
  }, [stop])
}
