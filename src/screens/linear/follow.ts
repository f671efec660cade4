import type {CheckId} from '../../contract/checks.ts'
import type {Event} from '../../engine/events.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import {holdStop} from '../../platform/process/hold-stop.ts'
import {proofText} from '../../report/lines.ts'
import {type CheckRow, checkRows, isSlow, seconds, slowText} from '../checks/check-rows.ts'
import {previewLines} from '../repair/remedy-lines.ts'
import {markOf} from '../ui/theme.ts'
import {verdictLine} from '../ui/verdict.ts'
import {askOn, type LinearScreen, type LinearView} from './view.ts'

/** How often it is looked for what has become slow, in milliseconds. */
const LOOK_EVERY_MS = 1_000

/** Feeds a run of the engine into the wizard, and tells what has come to an end. `busy` answers what is typed. */
async function follow(
  {talk, state, dispatch}: LinearView,
  start: (signal: AbortSignal) => AsyncIterable<Event>,
  busy: string,
): Promise<void> {
  const own = new AbortController()
  const rows = () => checkRows(state().session, Date.now())
  const stop = () => {
    talk.say('', 'Stopping.')
    dispatch({type: 'interrupt', error: talk.ended.reason})
    own.abort(talk.ended.reason)
  }
  const slow = new Set<CheckId>()
  const timer = setInterval(() => {
    for (const row of rows().filter(({id}) => !slow.has(id))) {
      if (!isSlow(row)) continue
      slow.add(row.id)
      talk.say(slowText(row))
    }
  }, LOOK_EVERY_MS)
  talk.ended.addEventListener('abort', stop)
  if (talk.ended.aborted) stop()
  talk.meanwhile(() => talk.say(busy))
  try {
    for await (const event of start(own.signal)) {
      dispatch({type: 'event', event})
      talk.say(...eventText(event, state().session, rows()))
    }
    dispatch({type: 'run-ended'})
  } catch (error) {
    const stopped = own.signal.aborted && error === own.signal.reason
    dispatch(stopped ? {type: 'run-ended'} : {type: 'failed', error})
  } finally {
    clearInterval(timer)
    talk.meanwhile(null)
    talk.ended.removeEventListener('abort', stop)
  }
}

const RESULTS = {kept: 'Verified and kept.', 'rolled-back': 'Reverted.', failed: 'It failed.'}

const STEP_WORDS = {
  done: 'DONE',
  'already-done': 'DONE (already in place)',
  failed: 'FAIL',
  undone: 'REVERTED',
}

/** What is said of an event; nothing of most. */
function eventText(event: Event, session: Session, rows: readonly CheckRow[]): readonly string[] {
  const remedy = (id: string) => session.plan?.remedies.find(one => one.id === id)
  switch (event.type) {
    case 'check-finished': {
      const row = rows.find(({id}) => id === event.check)
      if (row === undefined) return []
      const detail = row.detail === '' ? '' : `, ${row.detail}`
      return [`${markOf(row.mark).word}: ${row.title}${detail} (${seconds(event.durationMs)})`]
    }
    case 'remedy-replaced':
      return [
        `The rules have changed: “${event.remedy.title}” is replaced.`,
        ...event.by.flatMap(one => [
          one.title,
          ...previewLines(one).map(({label = '', text}) => `${label}${text}`),
        ]),
      ]
    case 'remedy-started':
      return [remedy(event.remedy)?.title ?? event.remedy]
    case 'step-finished': {
      const title = remedy(event.remedy)?.steps[event.index]?.title ?? event.remedy
      return [`${STEP_WORDS[event.result]}: ${title}`]
    }
    case 'remedy-finished': {
      const {reason, result, probes} = event.applied
      const proof = proofText(probes)
      return [reason ?? RESULTS[result], ...(proof === null ? [] : [`Tested: ${proof}.`])]
    }
    default:
      return []
  }
}

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
