import type {CauseCode} from '../../contract/cause-codes.ts'
import type {Download} from '../../platform/network/download.ts'
import {LEAST_BYTES_PER_SECOND, LONGEST_MS, windowOf} from '../../platform/network/pace.ts'

export type DownloadVerdict = {
  readonly code: CauseCode
  readonly summary: string
  readonly nextStep: string | null
}

/** In bytes; many times what any installer of AWS's has. */
export const MAX_INSTALLER_BYTES = 1024 ** 3

type Received = Pick<Download, 'end' | 'received' | 'total' | 'sha512' | 'connections' | 'ms'>

/**
 * Whether a body is the installer that AWS published.
 *
 * @param stallMs after how long a pause a download counts as stalled.
 */
export function judgeDownload(
  name: string,
  got: Received,
  expected: string,
  stallMs: number,
): DownloadVerdict {
  const {end, received, total, sha512} = got
  const amount = total === null ? `${received} bytes` : `${received} of ${total} bytes`
  switch (end) {
    case 'stalled':
      return {
        code: 'installer.stalled',
        summary: `The download of ${name} stopped after ${amount}: nothing came for ${stallMs / 1_000} s.`,
        nextStep:
          'Ask the network team what holds back large downloads from S3 (inspection, quota, MTU), or raise --timeout.',
      }
    case 'slow':
      return {
        code: 'installer.stalled',
        summary: `The download of ${name} was given up after ${amount} in ${Math.round(got.ms / 1_000)} s: ${describePace(got.ms, stallMs)}.`,
        nextStep:
          'Ask the network team what slows large downloads from S3 down (inspection, quota, traffic shaping, MTU).',
      }
    case 'too-large':
      return {
        code: 'installer.truncated',
        summary: `What answers for ${name} is not the installer, and was given up after ${amount}: no installer has more than ${MAX_INSTALLER_BYTES / 1024 ** 3} GiB.`,
        nextStep:
          'Ask the network team which device answers for S3, and to exempt S3 from content inspection.',
      }
    case 'cut':
    case 'none':
      return {
        code: 'installer.truncated',
        summary: `The download of ${name} broke off after ${amount}${got.connections > 1 ? ', and again when it was resumed' : ''}.`,
        nextStep:
          'Ask the network team what cuts large downloads from S3 (inspection, size limit, idle timeout).',
      }
    case 'whole':
      if (sha512 === expected)
        return {
          code: 'ok',
          summary: `${name} arrived whole (${received} bytes) and its SHA-512 matches.`,
          nextStep: null,
        }
      return {
        code: 'installer.hash-mismatch',
        summary: `${name} arrived (${amount}), but its SHA-512 is not the published one: it was changed on the way.`,
        nextStep:
          'Do not run it; ask the network team to exempt S3 from content inspection, then download it again.',
      }
  }
}

function describePace(ms: number, stallMs: number): string {
  if (ms > LONGEST_MS) return `a whole installer has to come within ${LONGEST_MS / 3_600_000} hours`
  return `it came with less than ${LEAST_BYTES_PER_SECOND / 1024} KiB/s for ${windowOf(stallMs) / 1_000} s`
}
