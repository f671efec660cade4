import type {HostReader} from '../checks/check.ts'
import type {SlowProgram, SlowPrograms} from '../platform/patient-command.ts'

/** Follows what is read by means of programs: whether it goes on, and which of them are slow. */
export type FollowedReading = {
  /** To be told by what reads. */
  readonly slow: SlowPrograms
  readonly watching: Required<Pick<HostReader, 'slowPrograms' | 'onSlow'>> & {readonly forget: () => void}
  /** Runs one reading, which counts as going on until it has ended. */
  reading<T>(read: () => Promise<T>): Promise<T>
  isReading(): boolean
}

export function followReading(): FollowedReading {
  const listeners = new Set<(program: string, seconds: number) => void>()
  let ended: SlowProgram[] = []
  let running = 0
  return {
    slow: {
      waiting(program, seconds) {
        for (const tell of listeners) tell(program, seconds)
      },
      ended(program) {
        ended.push(program)
      },
    },
    watching: {
      slowPrograms: () => ended,
      onSlow(tell) {
        listeners.add(tell)
        return () => {
          listeners.delete(tell)
        }
      },
      forget() {
        ended = []
      },
    },
    async reading(read) {
      running += 1
      try {
        return await read()
      } finally {
        running -= 1
      }
    },
    isReading: () => running > 0,
  }
}
