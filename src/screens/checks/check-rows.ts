import type {Progress} from '../../checks/check.ts'
import type {Status} from '../../contract/cause-codes.ts'
import {CHECK_IDS, type CheckId, factsOf} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import type {CheckState, Session} from '../../engine/session.ts'
import {transferText} from '../../report/progress.ts'
import {LAYER_WORDS} from '../../report/words.ts'
import type {MarkName} from '../ui/theme.ts'

/** One check as one row of a live list. */
export type CheckRow = {
  readonly id: CheckId
  readonly mark: MarkName
  readonly title: string
  /** What is being done at this moment, or how many findings there are and how far the way was open. */
  readonly detail: string
  /** What has arrived of a download whose size is known, and that size, in bytes; null otherwise. */
  readonly transfer: {readonly receivedBytes: number; readonly totalBytes: number} | null
  /** Whether data arrives at this moment. */
  readonly flows: boolean
  /** Milliseconds since the start, or that the check took; null before it starts. */
  readonly elapsedMs: number | null
}

/** A check that takes longer gets a word of explanation. */
const SLOW_AFTER_MS = 5_000

/** Rows for the checks of a run, in the order in which checks are shown. `now` in milliseconds since epoch. */
export function checkRows(session: Session, now: number): readonly CheckRow[] {
  return CHECK_IDS.flatMap(id => {
    const check = session.checks.get(id)
    return check === undefined ? [] : [{id, title: factsOf(id).title, ...progressOf(check, now)}]
  })
}

function progressOf(
  check: CheckState,
  now: number,
): Pick<CheckRow, 'mark' | 'detail' | 'transfer' | 'flows' | 'elapsedMs'> {
  switch (check.state) {
    case 'waiting':
      return {mark: 'waiting', detail: '', transfer: null, flows: false, elapsedMs: null}
    case 'running':
      return {
        mark: 'running',
        detail: check.progress === null ? '' : progressText(check.progress),
        transfer: transferOf(check.progress),
        flows: (check.progress?.bytesPerSecond ?? 0) > 0,
        elapsedMs: Math.max(0, now - check.startedAt),
      }
    case 'finished': {
      const [worst] = sortFindings(check.findings)
      const parts = [shareText(check.findings, worst), layerText(worst)]
      const detail = parts.filter(part => part !== '').join(', ')
      return {
        mark: worst?.status ?? 'pass',
        detail,
        transfer: null,
        flows: false,
        elapsedMs: check.durationMs,
      }
    }
  }
}

function transferOf(progress: Progress | null): CheckRow['transfer'] {
  const {receivedBytes, totalBytes} = progress ?? {}
  return receivedBytes === undefined || !totalBytes ? null : {receivedBytes, totalBytes}
}

/** How many findings there are, and how many of them are as bad as the worst. */
function shareText(findings: readonly Finding[], worst: Finding | undefined): string {
  if (findings.length < 2) return ''
  const same = findings.filter(({status}) => status === worst?.status).length
  return same === findings.length ? `${same} findings` : `${same} of ${findings.length}`
}

/** How far a path was open, by the layer that was reached last. */
function layerText(worst: Finding | undefined): string {
  const last = worst?.evidence.layers?.at(-1)
  if (worst === undefined || last === undefined || worst.status === 'skip') return ''
  const open = last.status === 'pass' || last.status === 'warn'
  return `${open ? 'reached' : 'stopped at'} ${LAYER_WORDS[last.layer]}`
}

/** Whether a check takes so long that people wonder, and no data shows that it goes on. */
export function isSlow({mark, flows, elapsedMs}: CheckRow): boolean {
  return mark === 'running' && !flows && (elapsedMs ?? 0) >= SLOW_AFTER_MS
}

/** Why a check may take so long. */
export function slowText({title, detail}: CheckRow): string {
  const at = detail === '' ? title : `${title}, ${detail}`
  if (detail.startsWith(WAITING)) return `Slow: ${at}. Programs take long to start on a busy server.`
  return `Slow: ${at}. A silent firewall looks like this; the check ends on its own.`
}

const WAITING = 'waiting for '

/** Layer and target, how much of a download has arrived, or the program that is waited for. */
export function progressText(progress: Progress): string {
  const {target, layer, receivedBytes, totalBytes, bytesPerSecond, waitingFor} = progress
  if (waitingFor !== undefined) return `${WAITING}${waitingFor.program}`
  if (receivedBytes !== undefined) {
    return transferText({
      receivedBytes,
      totalBytes: totalBytes ?? null,
      ...(bytesPerSecond === undefined ? {} : {bytesPerSecond}),
    })
  }
  return [
    ...(layer === undefined ? [] : [LAYER_WORDS[layer]]),
    ...(target === undefined ? [] : [target]),
  ].join(' ')
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** What needs attention comes first. */
export const STATUS_ORDER: readonly Status[] = ['fail', 'error', 'warn', 'skip', 'pass']

/** Worst first; findings of one status keep the order of their checks. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
}
