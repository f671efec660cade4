import {STATUSES, type Status} from '../contract/cause-codes.ts'
import type {Finding} from '../contract/finding.ts'
import type {Event} from '../engine/events.ts'
import type {Extras} from './extras.ts'
import {fateAtReboot} from './plan.ts'
import {printableLine} from './printable.ts'
import {styleOf} from './style.ts'
import {transferText} from './transfer-text.ts'
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
  if (status === 'skip' && typeof waitsFor === 'string') return `not tested because ${waitsFor} failed`
  const words = causeWords(code, status)
  return code === 'ok' ? words : `${words} [${code}]`
}
