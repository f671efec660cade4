import type {CheckId} from '../../contract/check-ids.ts'
import {commandLine} from '../../contract/command-line.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import type {WizardSummary} from '../wizard-host.ts'
import {sortFindings} from './finding-order.ts'
import {installCommandLines} from './install-lines.ts'
import {BLANK, fact, type Line} from './lines.ts'
import {pathPictureLines} from './path-picture-lines.ts'
import {shellOf} from './remedy-lines.ts'
import {verdictLine} from './verdict.ts'

/** The whole run: verdict, what still fails and who mends it, what was changed, how to install; then the picture. */
export function summaryLines(
  session: Session,
  summary: WizardSummary,
  title: (check: CheckId) => string,
  columns: number,
): readonly Line[] {
  const findings = findingsOf(session)
  const open = sortFindings(findings).filter(({status}) => status === 'fail' || status === 'error')
  return [
    verdictLine(findings),
    ...open.flatMap(({check, status, summary: found, nextStep}): Line[] => [
      {text: `${title(check)}: ${found}`, mark: status},
      ...(nextStep === null ? [] : [{...fact('Next step', nextStep), indent: 2}]),
    ]),
    ...changeLines(session, summary),
    ...installCommandLines(session, summary.installLines),
    ...(summary.repeatCommand === null
      ? []
      : [
          BLANK,
          {text: 'The same without questions:'},
          {text: commandLine(summary.repeatCommand, shellOf(session)), indent: 2},
        ]),
    BLANK,
    ...pathPictureLines(findings, columns),
  ]
}

function changeLines(session: Session, {undoCommand}: WizardSummary): readonly Line[] {
  const kept = session.applied.filter(({result}) => result === 'kept')
  if (kept.length === 0) return [BLANK, {text: 'Nothing was changed on this server.'}]
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
    ...(undoCommand === null
      ? []
      : [{...fact('To undo', commandLine(undoCommand, shellOf(session))), indent: 2}]),
  ]
}
