import {useEffect, useEffectEvent} from 'react'
import {useWizard} from './use-wizard.ts'

/** Measures how far the Regions are that this is not known of, while the calling screen is shown. */
export function useLatencies(): void {
  const {host, state, dispatch} = useWizard()
  const {latency, regions} = host
  const unknown = useEffectEvent(() =>
    regions.map(({code}) => code).filter(code => !state.latencies.has(code)),
  )

  useEffect(() => {
    if (latency?.kind !== 'measured') return
    const own = new AbortController()
    const follow = async () => {
      try {
        for await (const measured of latency.measure(unknown(), own.signal)) {
          if (own.signal.aborted) return
          dispatch({type: 'latency-measured', latency: measured})
        }
      } catch (error) {
        if (!own.signal.aborted) dispatch({type: 'failed', error})
      }
    }
    void follow()
    return () => own.abort()
  }, [latency, dispatch])
}
