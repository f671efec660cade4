import type {Remedy} from '../../contract/remedy.ts'
import {OPTIONS} from '../../options/options.ts'
import {confirmGroups, mayChange, NOT_PERMITTED, openRemedies, unitSteps} from '../flow/route.ts'
import {numbered, placeOf} from '../linear/text.ts'
import {alwaysKeys, askOn, choose, type LinearScreen, type LinearView} from '../linear/view.ts'
import {previewLines, remedyLines, remedyStepLines, shellOf, stepLines} from './remedy-lines.ts'

export const askPlan: LinearScreen = async view => {
  const {talk, state, dispatch} = view
  const {session} = state()
  const remedies = openRemedies(session)
  const permitted = mayChange(session.privileges)
  if (!permitted) talk.say(NOT_PERMITTED)
  talk.say(...planText(view, remedies))
  const switches = permitted ? 'a number to select or deselect a change, ' : ''
  const prompt = `Enter to continue, ${switches}d and a number for its commands, s to skip the fix, ${alwaysKeys(view)}:`
  await askOn(view, prompt, text => {
    const word = text.toLowerCase()
    if (word === '' || word === 's') {
      const applies = word === '' && permitted && confirmGroups(state()).length > 0
      dispatch({type: applies ? 'review' : 'continue'})
      return 'done'
    }
    const detailed = remedies[placeOf(word.replace(/^d\s*/, ''), remedies.length) ?? -1]
    if (detailed === undefined) return [`Answer with Enter, s, or a number from 1 to ${remedies.length}.`]
    if (word.startsWith('d') || !permitted)
      return [detailed.title, ...remedyLines(detailed, shellOf(session))]
    dispatch({type: 'toggle', remedy: detailed.id})
    return planText(view, remedies)
  })
}

function planText({state}: LinearView, remedies: readonly Remedy[]): readonly string[] {
  const {chosen, session} = state()
  const permitted = mayChange(session.privileges)
  const on = remedies.filter(({id}) => permitted && chosen.has(id))
  return [
    ...numbered(
      remedies.map(remedy => {
        const risk = remedy.risk === 'disruptive' ? 'disruptive, ' : ''
        return `${risk}${on.includes(remedy) ? 'on' : 'off'}: ${remedy.title}`
      }),
    ),
    on.length === 0
      ? 'Nothing is selected: Enter continues without a fix.'
      : `${on.length} of ${remedies.length} selected; you confirm before anything is applied.`,
  ]
}

/** The last word before a change: what would be run, and No as the default. */
export const askConfirm: LinearScreen = async view => {
  const {talk, state, dispatch} = view
  const group = confirmGroups(state())[state().confirming] ?? []
  const disruptive = group.some(({risk}) => risk === 'disruptive')
  const shell = shellOf(state().session)
  for (const remedy of group)
    talk.say(remedy.title, ...previewLines(remedy), ...remedyStepLines(remedy, shell))
  const yes = disruptive ? 'Yes, apply this one' : 'Yes, apply'
  const answer = await choose(view, [
    {
      value: 'no',
      label: state().confirming === 0 ? 'No, change nothing' : 'No, leave this one out',
      key: 'n',
    },
    // A number is needed for what was forbidden on purpose.
    {value: 'yes', label: yes, ...(disruptive ? {} : {key: 'y'})},
  ])
  if (answer !== null) dispatch({type: 'confirm', agreed: answer === 'yes'})
}

export const askPersist: LinearScreen = async view => {
  const {talk, state, dispatch} = view
  const shell = shellOf(state().session)
  talk.say(OPTIONS.persistUnit.asks)
  talk.say(...unitSteps(state()).flatMap(step => stepLines(step, shell)))
  const answer = await choose(view, [
    {value: 'no', label: 'No, only until the next reboot', key: 'n'},
    {value: 'yes', label: 'Yes, add the unit', key: 'y'},
  ])
  if (answer !== null) dispatch({type: 'persist', agreed: answer === 'yes'})
}
