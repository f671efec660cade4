import {STATUSES, type Status} from '../contract/cause-codes.ts'
import type {Finding} from '../contract/finding.ts'
import type {Event} from '../engine/events.ts'
import type {Extras} from './extras.ts'
import {printableLine} from './printable.ts'
import {styleOf} from './style.ts'
import {transferText} from './transfer-text.ts'
import {RESULT_WORDS, STATUS_WORDS} from './words.ts'

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
      return `${word}  ${event.check}${detail(event.findings, status)} (${(event.durationMs / 1000).toFixed(1)} s)`
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
      const {remedy, result, reason, persists} = event.applied
      const lost = result === 'kept' && !persists ? ' (lost at the next reboot)' : ''
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

/** The cause and how many targets it concerns; the sentences are in the report. */
function detail(findings: readonly Finding[], status: Status): string {
  const alike = findings.filter(finding => finding.status === status)
  const [first] = alike
  if (first === undefined) return ': nothing to check'
  const number = findings.length === 1 ? '' : `${alike.length} of ${findings.length} targets`
  const words = [number, ...(status === 'pass' ? [] : [`[${first.code}]`])].filter(Boolean)
  return words.length === 0 ? '' : `: ${words.join(' ')}`
}
