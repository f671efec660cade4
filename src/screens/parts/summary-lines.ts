import type {CheckId} from '../../contract/check-ids.ts'
import {commandLine} from '../../contract/command-line.ts'
import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import type {WizardSummary} from '../wizard-host.ts'
import {causeLines} from './cause-lines.ts'
import {installCommandLines} from './install-lines.ts'
import {BLANK, fact, type Line, wrapLines} from './lines.ts'
import {pathPictureLines} from './path-picture-lines.ts'
import {shellOf} from './remedy-lines.ts'
import {verdictLine} from './verdict.ts'

/** How much a summary tells, the most first. */
const AMOUNTS = ['all', 'no-picture', 'brief', 'no-repeat', 'least'] as const

type Amount = (typeof AMOUNTS)[number]

/** The whole run: verdict, what still fails and who mends it, what was changed, how to install; then the picture. */
export function summaryLines(
  session: Session,
  summary: WizardSummary,
  title: (check: CheckId) => string,
  columns: number,
): readonly Line[] {
  return summaryOf('all', session, summary, title, columns)
}

/** As much of the summary as fits into a window, wrapped; what it leaves out is in the full report. */
export function fittingSummaryLines(
  session: Session,
  summary: WizardSummary,
  title: (check: CheckId) => string,
  {columns, rows}: {readonly columns: number; readonly rows: number},
): readonly Line[] {
  let lines: readonly Line[] = []
  for (const amount of AMOUNTS) {
    lines = wrapLines(summaryOf(amount, session, summary, title, columns), columns)
    if (lines.length <= rows) break
  }
  return lines
}

function summaryOf(
  amount: Amount,
  session: Session,
  summary: WizardSummary,
  title: (check: CheckId) => string,
  columns: number,
): readonly Line[] {
  const findings = findingsOf(session)
  const ready = outcomeOf(findings) !== 'not-ready'
  const brief = amount !== 'all' && amount !== 'no-picture'
  return [
    verdictLine(findings),
    ...causeLines(findings, title, amount === 'least' ? 'where' : brief ? 'found' : 'all'),
    ...changeLines(session, summary, brief),
    ...installCommandLines(session, brief ? summary.installLines.slice(-1) : summary.installLines),
    ...(brief && ready && summary.installLines.length > 1 ? [INSTALL_IN_FULL] : []),
    ...(amount === 'no-repeat' || amount === 'least' ? [] : repeatLines(session, summary)),
    ...(amount === 'all' ? [BLANK, ...pathPictureLines(session, columns)] : []),
  ]
}

const INSTALL_IN_FULL: Line = {
  text: 'The download and the credentials come before it: f shows all lines.',
  indent: 2,
}

function repeatLines(session: Session, {repeatCommand}: WizardSummary): readonly Line[] {
  if (repeatCommand === null) return []
  const shell = shellOf(session)
  return [
    BLANK,
    {text: 'The same without questions:'},
    {text: commandLine(repeatCommand, shell), indent: 2, command: shell},
  ]
}

function changeLines(session: Session, {undoCommand}: WizardSummary, brief: boolean): readonly Line[] {
  const kept = session.applied.filter(({result}) => result === 'kept')
  if (kept.length === 0) return [BLANK, {text: 'Nothing was changed on this server.'}]
  const undo: readonly Line[] =
    undoCommand === null ? [] : [{...fact('To undo', commandLine(undoCommand, shellOf(session))), indent: 2}]
  if (brief && kept.length > 1)
    return [BLANK, {text: `${kept.length} changes were made on this server.`}, ...undo]
  const titles = new Map(session.plan?.remedies.map(({id, title}) => [id, title]))
  return [
    BLANK,
    {text: 'Changed on this server:', tone: 'strong'},
    ...kept.map(
      ({remedy, persists}): Line => ({
        text: `${titles.get(remedy) ?? remedy} ${persists ? '(survives a reboot)' : '(until the next reboot)'}`,
        indent: 2,
      }),
    ),
    ...undo,
  ]
}
