import {findingsOf, type Session} from '../../engine/session.ts'
import type {WizardSummary} from '../wizard-host.ts'
import {evidenceFacts} from './finding-lines.ts'
import {installCommandLines} from './install-lines.ts'
import {fact, type Line} from './lines.ts'

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
