import {useRef, useState} from 'react'
import type {CheckId} from '../contract/checks.ts'
import type {Event} from '../engine/events.ts'
import {useRun} from './use-run.ts'

/** Which check's details are open; while they are, the run that they belong to does not come to its end. */
export type HeldRun = {
  readonly shown: CheckId | null
  readonly show: (check: CheckId) => void
  readonly hide: () => void
}

/** Feeds a run into the wizard; its end, which leads to another screen, waits for who reads details of it. */
export function useHeldRun(start: (signal: AbortSignal) => AsyncIterable<Event>): HeldRun {
  const [shown, setShown] = useState<CheckId | null>(null)
  const reading = useRef<PromiseWithResolvers<void> | null>(null)
  useRun(signal => heldBack(start(signal), () => reading.current?.promise, signal))
  return {
    shown,
    show(check) {
      reading.current ??= Promise.withResolvers()
      setShown(check)
    },
    hide() {
      reading.current?.resolve()
      reading.current = null
      setShown(null)
    },
  }
}

async function* heldBack(
  events: AsyncIterable<Event>,
  read: () => Promise<void> | undefined,
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  yield* events
  const aborted = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => aborted.resolve(), {once: true})
  await Promise.race([read(), aborted.promise])
}
