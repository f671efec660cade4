import {findingsOf} from '../../engine/session.ts'
import {holdStop} from '../../platform/hold-stop.ts'
import {verdictLine} from '../parts/verdict.ts'
import {follow} from './follow.ts'
import {askOn, type LinearScreen} from './linear-view.ts'

export const followChecks: LinearScreen = view =>
  follow(
    view,
    signal => view.host.runChecks(view.state().answers, signal),
    'Still checking. Ctrl-C stops it.',
  )

export const followRepair: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {confirmed, persistUnit} = state()
  await holdStop(() =>
    follow(
      view,
      signal => host.applyPlan(confirmed, signal, persistUnit),
      'Still running. Ctrl-C stops it, and reverts the current change.',
    ),
  )
  if (state().ending !== null) return
  talk.say('Repair finished.', verdictLine(findingsOf(state().session)))
  await askOn(view, 'Enter to continue, f to see the findings, q to leave:', text => {
    if (text !== '' && text.toLowerCase() !== 'f') return ['Answer with Enter, f or q.']
    dispatch({type: text === '' ? 'continue' : 'see-findings'})
    return 'done'
  })
}
