import {useEffect, useEffectEvent, useRef} from 'react'
import type {Event} from '../../engine/events.ts'
import {useWizard} from './use-wizard.ts'

/**
 * Events are shown together at this interval, in milliseconds: with the spinner that comes to less than 15 frames a
 * second, whatever a run has to tell, and leaves a slow connection to the keys.
 */
const SHOWN_EVERY_MS = 125

/**
 * Feeds a run of the engine into the wizard while the calling screen is shown. `stop` aborts it but keeps listening,
 * so that what is reverted is still seen; leaving the screen aborts it and lets go.
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
    const unshown: Event[] = []
    let left = false
    const show = () => {
      for (const event of unshown.splice(0)) dispatch({type: 'event', event})
    }
    const timer = setInterval(show, SHOWN_EVERY_MS)
    const follow = async () => {
      try {
        for (let next = await events.next(); !next.done && !left; next = await events.next()) {
          unshown.push(next.value)
        }
        if (left) return
        show()
        dispatch({type: 'run-ended'})
      } catch (error) {
        if (left) return
        show()
        // A run that was aborted may end by throwing the reason; anything else is a failure of its own.
        const stopped = own.signal.aborted && error === own.signal.reason
        dispatch(stopped ? {type: 'run-ended'} : {type: 'failed', error})
      } finally {
        clearInterval(timer)
      }
    }
    void follow()
    return () => {
      left = true
      clearInterval(timer)
      own.abort()
      // Nobody is left to be told how a run that was let go has ended.
      void events.return?.().catch(() => {})
    }
  }, [dispatch])

  useEffect(() => {
    if (stop !== null) controller.current?.abort(stop)
  }, [stop])
}
