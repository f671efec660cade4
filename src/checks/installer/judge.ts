import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import type {BlameEvidence} from '../../contract/evidence.ts'
import type {Download} from '../../platform/network/download/download.ts'
import {LEAST_BYTES_PER_SECOND, LONGEST_MS, windowOf} from '../../platform/network/download/pace.ts'
import {clause} from '../disagreement.ts'
import type {Placed} from '../path/blame/place.ts'
import {tellBlame} from '../path/blame/sentences.ts'

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
        summary: `The download of ${name} stalled after ${amount}: no data for ${stallMs / 1_000} s.`,
        nextStep:
          'Ask the network team what blocks large downloads from S3 (inspection, quota, MTU), or increase --timeout.',
      }
    case 'slow':
      return {
        code: 'installer.stalled',
        summary: `The download of ${name} was canceled after ${amount} in ${Math.round(got.ms / 1_000)} s: ${describePace(got.ms, stallMs)}.`,
        nextStep:
          'Ask the network team what slows down large downloads from S3 (inspection, quota, traffic shaping, MTU).',
      }
    case 'too-large':
      return {
        code: 'installer.truncated',
        summary: `The download of ${name} is not the installer and was canceled after ${amount}: no installer is larger than ${MAX_INSTALLER_BYTES / 1024 ** 3} GiB.`,
        nextStep:
          'Ask the network team which device answers for S3, and to exempt S3 from content inspection.',
      }
    case 'cut':
    case 'none':
      return {
        code: 'installer.truncated',
        summary: `The download of ${name} was cut off after ${amount}${got.connections > 1 ? ', and again after a resume' : ''}.`,
        nextStep:
          'Ask the network team what cuts large downloads from S3 (inspection, size limit, idle timeout).',
      }
    case 'whole':
      if (sha512 === expected)
        return {
          code: 'ok',
          summary: `Downloaded ${name} (${size(received)}); SHA-512 matches.`,
          nextStep: null,
        }
      return {
        code: 'installer.hash-mismatch',
        summary: `Downloaded ${name} (${amount}), but its SHA-512 does not match: it was changed in transit.`,
        nextStep:
          'Do not run it; ask the network team to exempt S3 from content inspection, then download it again.',
      }
  }
}

/** What a failing download is told as, once it is known who stops it. */
export function tellDownload(
  verdict: DownloadVerdict,
  server: {readonly host: string; readonly port: number},
  placed: Placed | null,
): DownloadVerdict & {readonly owner?: Owner | undefined; readonly evidence: BlameEvidence} {
  const {summary, nextStep} = verdict
  if (placed === null || nextStep === null) return {...verdict, evidence: {}}
  return tellBlame({...verdict, ...server, nextStep, detail: clause(summary)}, placed)
}

/** Bytes, from a million on as megabytes (10⁶) with one decimal. */
function size(bytes: number): string {
  return bytes < 1_000_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function describePace(ms: number, stallMs: number): string {
  if (ms > LONGEST_MS) return `the limit is ${LONGEST_MS / 3_600_000} hours`
  return `slower than ${LEAST_BYTES_PER_SECOND / 1024} KiB/s for ${windowOf(stallMs) / 1_000} s`
}
