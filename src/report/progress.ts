import {STATUSES, type Status} from '../contract/cause-codes.ts'
import type {Finding} from '../contract/finding.ts'
import type {Event} from '../engine/events.ts'
import {printableLine} from '../lib/printable.ts'
import {fateAtReboot} from './plan.ts'
import type {Extras} from './report.ts'
import {styleOf} from './text/style.ts'
import {causeWords, RESULT_WORDS, STATUS_WORDS} from './words.ts'

const FATES = {
  survives: '',
  lost: ' (lost at the next reboot)',
  'not-verified': ' (not verified to survive a reboot)',
} as const

/** From what matters least to what matters most. */
const BY_WEIGHT: readonly Status[] = ['pass', 'skip', 'warn', 'fail', 'error']

/**
 * What scripted mode says on stderr about an event, without a line feed; null for events that it does not mention.
 */
export function progressLine(event: Event, extras: Extras = {}): string | null {
  const style = styleOf(extras)
  switch (event.type) {
    case 'check-finished': {
      const status = worst(event.findings)
      const word = style.status(status, STATUS_WORDS[status].padEnd(5))
      return `${word}  ${event.check}${detail(event.findings, status)}${duration(event.durationMs)}`
    }
    case 'check-progress': {
      const {receivedBytes, totalBytes = null, bytesPerSecond = 0, waitingFor} = event.progress
      if (waitingFor !== undefined) {
        const {program, seconds} = waitingFor
        return `       ${event.check}: \`${printableLine(program)}\` has not answered for ${seconds} s`
      }
      if (receivedBytes === undefined) return null
      return `       ${event.check}: ${transferText({receivedBytes, totalBytes, bytesPerSecond})}`
    }
    case 'remedy-replaced':
      return `${event.remedy.id}: the rules have changed; replaced by ${event.by.map(({id, title}) => `${id}: ${printableLine(title)}`).join('; ')}`
    case 'step-started':
      return `${event.remedy}: ${printableLine(event.step.title)}`
    case 'remedy-finished': {
      const {remedy, result, reason} = event.applied
      const lost = result === 'kept' ? FATES[fateAtReboot(event.applied)] : ''
      return `${RESULT_WORDS[result]}  ${remedy}${lost}${reason === null ? '' : `: ${printableLine(reason)}`}`
    }
    default:
      return null
  }
}

function worst(findings: readonly Finding[]): Status {
  return STATUSES.filter(status => findings.some(finding => finding.status === status)).reduce(
    (heavier, status) => (BY_WEIGHT.indexOf(status) > BY_WEIGHT.indexOf(heavier) ? status : heavier),
    'pass',
  )
}

/** In seconds, where it took a noticeable time. */
function duration(ms: number): string {
  return ms < LEAST_SHOWN_MS ? '' : ` (${(ms / 1000).toFixed(1)} s)`
}

const LEAST_SHOWN_MS = 100

/** How many targets it concerns, and why; the sentences are in the report. */
function detail(findings: readonly Finding[], status: Status): string {
  if (findings.length === 0) return ': nothing to check'
  const alike = findings.filter(finding => finding.status === status)
  const number = findings.length === 1 ? '' : `: ${alike.length} of ${findings.length} targets`
  if (status === 'pass') return number === '' ? '' : `${number} OK`
  return `${number}: ${causes(alike)}`
}

const MOST_CAUSES = 2

function causes(findings: readonly Finding[]): string {
  const all = [...new Set(findings.map(causeOf))]
  const more = all.length - MOST_CAUSES
  const shown = all.slice(0, MOST_CAUSES).join('; ')
  return more > 0 ? `${shown}; and ${more} more ${more === 1 ? 'cause' : 'causes'}` : shown
}

function causeOf({code, status, evidence: {waitsFor}}: Finding): string {
  if (status === 'skip' && waitsFor !== undefined) return `not tested because ${waitsFor} failed`
  const words = causeWords(code, status)
  return code === 'ok' ? words : `${words} [${code}]`
}

type Transfer = {
  readonly receivedBytes: number
  readonly totalBytes?: number | null
  readonly bytesPerSecond?: number
}

/** `12.0 MB of 64.0 MB, 8.1 MB/s, 6 s left`, as far as it is known. */
export function transferText({receivedBytes, totalBytes, bytesPerSecond}: Transfer): string {
  const known = totalBytes !== undefined && totalBytes !== null
  const amount = known ? `${megabytes(receivedBytes)} of ${megabytes(totalBytes)}` : megabytes(receivedBytes)
  if (!bytesPerSecond) return amount
  const rate = `${amount}, ${megabytes(bytesPerSecond)}/s`
  return known ? `${rate}, ${timeLeft((totalBytes - receivedBytes) / bytesPerSecond)} left` : rate
}

/** `████░░░░░░  40 %`, of so many cells; null while it is not known how much there is to come. */
export function transferBar(
  {receivedBytes, totalBytes}: Pick<Transfer, 'receivedBytes' | 'totalBytes'>,
  width: number,
  unicode: boolean,
): string | null {
  if (!totalBytes) return null
  const share = Math.max(0, Math.min(1, receivedBytes / totalBytes))
  const filled = Math.floor(share * width)
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-']
  return `${full.repeat(filled)}${empty.repeat(width - filled)} ${`${Math.floor(share * 100)}`.padStart(3)} %`
}

/** Bytes as megabytes (10⁶), with one decimal. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`
}
