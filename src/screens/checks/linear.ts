import {findingsOf} from '../../engine/session.ts'
import {openRemedies} from '../flow/route.ts'
import {numbered, placeOf} from '../linear/text.ts'
import {alwaysKeys, askOn, type LinearScreen} from '../linear/view.ts'
import {markOf} from '../ui/theme.ts'
import {verdictLine} from '../ui/verdict.ts'
import {type FindingGroup, findingGroups, groupLines, groupTitle} from './finding-groups.ts'

export const showFindings: LinearScreen = async view => {
  const {talk, state, dispatch} = view
  const {session} = state()
  const findings = findingsOf(session)
  const groups = findingGroups(findings)
  talk.say(verdictLine(findings), ...numbered(groups.map(group => spokenTitle(group))))
  const next = openRemedies(session).length > 0 ? 'Enter for the plan' : 'Enter to continue'
  const prompt = `${next}, a number for details, r to check again, ${alwaysKeys(view)}:`
  await askOn(view, prompt, text => {
    if (text === '' || text.toLowerCase() === 'r') {
      dispatch({type: text === '' ? 'continue' : 'check-again'})
      return 'done'
    }
    const group = groups[placeOf(text, groups.length) ?? -1]
    if (group === undefined) return [`Answer with Enter, r, or a number from 1 to ${groups.length}.`]
    return [spokenTitle(group), ...groupLines(group)]
  })
}

function spokenTitle(group: FindingGroup): string {
  return `${markOf(group.status).word}: ${groupTitle(group).replace(' · ', ', ')}`
}
