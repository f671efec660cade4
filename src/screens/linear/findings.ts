import type {Finding} from '../../contract/finding.ts'
import {findingsOf} from '../../engine/session.ts'
import {printableLine} from '../../report/printable.ts'
import {findingLines} from '../parts/finding-lines.ts'
import {sortFindings} from '../parts/finding-order.ts'
import {verdictLine} from '../parts/verdict.ts'
import {openRemedies} from '../route.ts'
import {markOf} from '../theme.ts'
import type {WizardHost} from '../wizard-host.ts'
import {numbered, placeOf} from './linear-text.ts'
import {alwaysKeys, askOn, type LinearScreen} from './linear-view.ts'

export const showFindings: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {session} = state()
  const findings = sortFindings(findingsOf(session))
  talk.say(verdictLine(findings), ...numbered(findings.map(finding => findingTitle(finding, host))))
  const next = openRemedies(session).length > 0 ? 'Enter for the repair plan' : 'Enter to continue'
  const prompt = `${next}, a number for details, r to check again, ${alwaysKeys(view)}:`
  await askOn(view, prompt, text => {
    if (text === '' || text.toLowerCase() === 'r') {
      dispatch({type: text === '' ? 'continue' : 'check-again'})
      return 'done'
    }
    const finding = findings[placeOf(text, findings.length) ?? -1]
    if (finding === undefined) return [`Answer with Enter, r, or a number from 1 to ${findings.length}.`]
    return [findingTitle(finding, host), ...findingLines(finding)]
  })
}

function findingTitle({check, status, target}: Finding, host: WizardHost): string {
  const title = host.checkTitle(check)
  return `${markOf(status).word}: ${target === null ? title : `${title}, ${printableLine(target)}`}`
}
