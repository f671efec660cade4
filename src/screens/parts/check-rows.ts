import type {Progress} from '../../checks/check.ts'
import {CHECK_IDS, type CheckId} from '../../contract/check-ids.ts'
import type {CheckState, Session} from '../../engine/session.ts'
import {transferText} from '../../report/transfer-text.ts'
import {LAYER_WORDS} from '../../report/words.ts'
import type {MarkName} from '../theme.ts'
import {sortFindings} from './finding-order.ts'

/** One check as one row of a live list. */
export type CheckRow = {
  readonly id: CheckId
  readonly mark: MarkName
  readonly title: string
  /** What is being done at this moment, or how many findings there are. */
  readonly detail: string
  /** Milliseconds since the start, or that the check took; null before it starts. */
  readonly elapsedMs: number | null
}

/** A check that takes longer gets a word of explanation. */
export const SLOW_AFTER_MS = 5_000

/** Rows for the checks of a run, in the order in which checks are shown. `now` in milliseconds since epoch. */
export function checkRows(
  session: Session,
  title: (check: CheckId) => string,
  now: number,
): readonly CheckRow[] {
  return CHECK_IDS.flatMap(id => {
    const check = session.checks.get(id)
    return check === undefined ? [] : [{id, title: title(id), ...progressOf(check, now)}]
  })
}

function progressOf(check: CheckState, now: number): Pick<CheckRow, 'mark' | 'detail' | 'elapsedMs'> {
  switch (check.state) {
    case 'waiting':
      return {mark: 'waiting', detail: '', elapsedMs: null}
    case 'running':
      return {
        mark: 'running',
        detail: check.progress === null ? '' : progressText(check.progress),
        elapsedMs: Math.max(0, now - check.startedAt),
      }
    case 'finished': {
      const worst = sortFindings(check.findings)[0]
      const same = check.findings.filter(({status}) => status === worst?.status).length
      const share =
        same === check.findings.length ? `${same} findings` : `${same} of ${check.findings.length}`
      const detail = check.findings.length > 1 ? share : ''
      return {mark: worst?.status ?? 'pass', detail, elapsedMs: check.durationMs}
    }
  }
}

/** Layer and target, or how much of a download has arrived. */
export function progressText({target, layer, receivedBytes, totalBytes, bytesPerSecond}: Progress): string {
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
