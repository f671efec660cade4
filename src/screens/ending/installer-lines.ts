import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import {keptInstaller, verifiedSentence} from '../../report/install.ts'
import {evidenceFacts} from '../checks/finding-lines.ts'
import type {FlowState} from '../flow/state.ts'
import type {WizardHost, WizardSummary} from '../flow/wizard-host.ts'
import {shellOf} from '../repair/remedy-lines.ts'
import {BLANK, fact, type Line} from '../ui/lines.ts'

/** What became of the download, and how to install. */
export function installerLines(session: Session, {installLines}: WizardSummary): readonly Line[] {
  const found = findingsOf(session).filter(({check}) => check === 'installer-download')
  return [
    ...found.flatMap((finding): Line[] => [
      {text: finding.summary, mark: finding.status},
      ...(finding.nextStep === null ? [] : [fact('Next step', finding.nextStep)]),
      ...(finding.target === null ? [] : [fact('Fetched from', finding.target)]),
      ...evidenceFacts(finding),
    ]),
    ...installCommandLines(session, installLines),
  ]
}

/** The lines to paste to install the agent, each on a row of its own; withheld while something fails. */
export function installCommandLines(session: Session, installLines: readonly string[]): readonly Line[] {
  if (outcomeOf(findingsOf(session)) === 'not-ready') {
    return [BLANK, {text: 'Install the agent after all issues are fixed; the command is shown then.'}]
  }
  if (installLines.length === 0) return []
  const kept = keptInstaller(findingsOf(session))
  return [
    BLANK,
    ...(kept === null ? [] : [{text: verifiedSentence(kept)}]),
    {text: 'To install the agent on this server:', tone: 'strong'},
    ...installLines.map((text): Line => ({text, tone: 'accent', indent: 2, command: shellOf(session)})),
  ]
}

/** File name of the installer that this run has verified and that is in no file yet; null where there is none. */
export function installerToKeep({session}: Pick<FlowState, 'session'>, host: WizardHost): string | null {
  const verified = findingsOf(session).some(
    ({check, status, evidence}) =>
      check === 'installer-download' && status === 'pass' && (evidence.storedAs ?? null) === null,
  )
  return verified ? host.heldInstaller() : null
}
