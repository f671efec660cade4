import {setTimeout} from 'node:timers/promises'
import {useApp, useStdin} from 'ink'
import {useEffect, useEffectEvent} from 'react'

/**
 * How long the kernel may take to stop this process, in milliseconds. Where no shell could continue it, it does not stop
 * it at all (POSIX.1-2024, 2.4.3: a process of an orphaned process group).
 */
const STOPS_WITHIN_MS = 100

/**
 * Ctrl-Z, SIGTSTP and SIGCONT, as the shell's job control expects: the terminal is given back before everything that
 * was started together stops, and taken and redrawn afterwards. While something may not be left half-way, neither
 * is heeded.
 */
export function useSuspend(mayStop: boolean): void {
  const {suspendTerminal} = useApp()
  const {stdin} = useStdin()
  const whileSuspended = useEffectEvent(async (task: () => Promise<void>) => {
    if (mayStop) await suspendTerminal(task)
  })

  useEffect(() => {
    if (process.platform === 'win32') return
    let suspended = false
    const suspend = async (task: () => Promise<void>) => {
      if (suspended) return
      suspended = true
      await whileSuspended(task).finally(() => {
        suspended = false
      })
    }
    const stop = () => {
      void suspend(async () => {
        process.off('SIGTSTP', stop)
        process.kill(0, 'SIGTSTP')
        await setTimeout(STOPS_WITHIN_MS)
        process.on('SIGTSTP', stop)
      })
    }
    // SIGSTOP left no time to give the terminal back, and it may have been used since.
    const takeAnew = () => void suspend(() => Promise.resolve())
    stdin.on('suspend', stop)
    process.on('SIGTSTP', stop)
    process.on('SIGCONT', takeAnew)
    return () => {
      stdin.off('suspend', stop)
      process.off('SIGTSTP', stop)
      process.off('SIGCONT', takeAnew)
    }
  }, [stdin])
}
