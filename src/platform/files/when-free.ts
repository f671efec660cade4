import {setTimeout as pause} from 'node:timers/promises'
import {errnoOf} from './file-error.ts'

/** What Windows says of a file that another program, such as a virus scanner, has open; it is over in a moment. */
const BUSY: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])

const ATTEMPTS = 60
const BETWEEN_MS = 50

/**
 * Does what Windows refuses while another program has the file open, trying for some seconds. Elsewhere there is no
 * such refusal, and the first error is the last.
 */
export async function whenFree<T>(
  action: () => Promise<T>,
  platform: NodeJS.Platform = process.platform,
  betweenMs = BETWEEN_MS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      const mayPass = platform === 'win32' && BUSY.has(errnoOf(error) ?? '')
      if (!mayPass || attempt === ATTEMPTS) throw error
      await pause(betweenMs)
    }
  }
}
