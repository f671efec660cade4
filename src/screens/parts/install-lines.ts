import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import {keptInstaller, verifiedSentence} from '../../report/kept-installer.ts'
import {BLANK, type Line} from './lines.ts'
import {shellOf} from './remedy-lines.ts'

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
