import {factsOf} from '../../contract/checks.ts'
import {commandLine} from '../../contract/command-line.ts'
import type {Finding} from '../../contract/finding.ts'
import {gapsOf, outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import {gapSentence} from '../../report/conclusions.ts'
import {type Group, groupByCause, said} from '../../report/groups.ts'
import {fateAtReboot} from '../../report/plan.ts'
import {sortFindings} from '../checks/check-rows.ts'
import type {WizardSummary} from '../flow/wizard-host.ts'
import {shellOf} from '../repair/remedy-lines.ts'
import {BLANK, fact, type Line, wrapLines} from '../ui/lines.ts'
import {pathPictureLines} from '../ui/path-picture-lines.ts'
import {verdictLine} from '../ui/verdict.ts'
import {installCommandLines} from './installer-lines.ts'

/** How much a summary tells, the most first. */
const AMOUNTS = ['all', 'no-picture', 'brief', 'no-repeat', 'least'] as const

type Amount = (typeof AMOUNTS)[number]

/** The whole run: verdict, what still fails and who fixes it, what was changed, how to install; then the picture. */
export function summaryLines(session: Session, summary: WizardSummary, columns: number): readonly Line[] {
  return summaryOf('all', session, summary, columns)
}

/** As much of the summary as fits into a window; what it leaves out is in the full report. */
export function fittingSummaryLines(
  session: Session,
  summary: WizardSummary,
  {columns, rows}: {readonly columns: number; readonly rows: number},
): readonly Line[] {
  let lines: readonly Line[] = []
  for (const amount of AMOUNTS) {
    lines = summaryOf(amount, session, summary, columns)
    if (wrapLines(lines, columns).length <= rows) break
  }
  return lines
}

function summaryOf(
  amount: Amount,
  session: Session,
  summary: WizardSummary,
  columns: number,
): readonly Line[] {
  const findings = findingsOf(session)
  const ready = outcomeOf(findings) !== 'not-ready'
  const brief = amount !== 'all' && amount !== 'no-picture'
  return [
    verdictLine(findings),
    ...caveatLines(session, brief),
    ...causeLines(findings, amount === 'least' ? 'where' : brief ? 'found' : 'all'),
    ...changeLines(session, summary, brief),
    ...installCommandLines(session, brief ? summary.installLines.slice(-1) : summary.installLines),
    ...(brief && ready && summary.installLines.length > 1 ? [INSTALL_IN_FULL] : []),
    ...(amount === 'no-repeat' || amount === 'least' ? repeatInFull(summary) : repeatLines(session, summary)),
    ...(amount === 'all' ? [BLANK, ...pathPictureLines(session, columns)] : []),
  ]
}

/** What a reader of the verdict must not miss, however little room there is. */
function caveatLines(session: Session, brief: boolean): readonly Line[] {
  const findings = findingsOf(session)
  const isUntested = gapsOf(findings).every(({reason}) => reason === 'no-target')
  const gaps = gapSentence(findings)
  const shown = gaps !== null && brief && isUntested ? 'TCP 1500 not tested.' : gaps
  const kept = session.applied.filter(({result}) => result === 'kept')
  const lost = kept.filter(each => fateAtReboot(each) === 'lost').length
  const isVerified = kept.every(each => fateAtReboot(each) !== 'not-verified')
  const changes = lost === 1 ? '1 change' : `${lost} changes`
  return [
    ...(shown === null ? [] : [{text: shown, tone: 'caution'} satisfies Line]),
    // In brief the line on the changes says it.
    ...(lost === 0 || brief
      ? []
      : [{text: `${changes} will be lost at the next reboot.`, tone: 'caution'} satisfies Line]),
    ...(isVerified || brief
      ? []
      : [{text: 'Whether all changes survive a reboot was not verified.', tone: 'caution'} satisfies Line]),
  ]
}

const INSTALL_IN_FULL: Line = {
  text: 'Credentials come first: f shows all.',
  indent: 2,
}

function repeatInFull({repeatCommand}: WizardSummary): readonly Line[] {
  return repeatCommand === null ? [] : [{text: 'f shows the command to run this again.'}]
}

function repeatLines(session: Session, {repeatCommand}: WizardSummary): readonly Line[] {
  if (repeatCommand === null) return []
  const shell = shellOf(session)
  return [
    BLANK,
    {text: 'Run again non-interactively:'},
    {text: commandLine(repeatCommand, shell), indent: 2, command: shell},
  ]
}

const FATES = {
  survives: '(survives a reboot)',
  lost: '(lost at the next reboot)',
  'not-verified': '(not verified to survive a reboot)',
} as const

/** Said in brief where a reboot reverts what was changed. */
function lostText(kept: Session['applied']): string {
  const lost = kept.filter(each => fateAtReboot(each) === 'lost').length
  if (lost === 0) return kept.some(({persistence}) => persistence) ? ', not verified to survive a reboot' : ''
  return lost === kept.length ? ', lost at the next reboot' : `, ${lost} lost at the next reboot`
}

function changeLines(session: Session, {undoCommand}: WizardSummary, brief: boolean): readonly Line[] {
  const kept = session.applied.filter(({result}) => result === 'kept')
  if (kept.length === 0) return [BLANK, {text: 'Nothing was changed on this server.'}]
  const undo: readonly Line[] =
    undoCommand === null
      ? []
      : [
          {
            ...fact('To undo', commandLine(undoCommand, shellOf(session))),
            indent: 2,
            command: shellOf(session),
          },
        ]
  if (brief && kept.length > 1)
    return [BLANK, {text: `${kept.length} changes made${lostText(kept)}.`}, ...undo]
  const titles = new Map(session.plan?.remedies.map(({id, title}) => [id, title]))
  return [
    BLANK,
    {text: 'Changed on this server:', tone: 'strong'},
    ...kept.map(
      (applied): Line => ({
        text: `${titles.get(applied.remedy) ?? applied.remedy} ${FATES[fateAtReboot(applied)]}`,
        indent: 2,
      }),
    ),
    ...undo,
  ]
}

/** `found` leaves out how to fix it, `where` tells no more than which checks fail. */
type CauseDetail = 'all' | 'found' | 'where'

/** What blocks, one entry a cause, however many targets it has. */
export function causeLines(findings: readonly Finding[], detail: CauseDetail): readonly Line[] {
  // Grouped before they are filtered: a target that only warns may have the cause that fails the others.
  const blocking = groupByCause(sortFindings(findings)).filter(
    ({status}) => status === 'fail' || status === 'error',
  )
  return blocking.flatMap((group): Line[] => {
    const where = checksOf(group)
    if (detail === 'where') return [{text: where, mark: group.status}]
    const nextStep = said(group, finding => finding.nextStep)
    return [
      {text: `${where}: ${said(group, ({summary}) => summary) ?? group.code}`, mark: group.status},
      ...(nextStep === null || detail === 'found' ? [] : [{...fact('Next step', nextStep), indent: 2}]),
    ]
  })
}

function checksOf({findings}: Group<Finding>): string {
  const titles = [...new Set(findings.map(({check}) => factsOf(check).title))].join(', ')
  return findings.length > 1 ? `${titles} (${findings.length} targets)` : titles
}
