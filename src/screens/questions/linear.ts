import {numbered, placeOf} from '../linear/text.ts'
import {alwaysKeys, askOn, choose, type LinearScreen, type LinearView} from '../linear/view.ts'
import {minuteText} from '../ui/lines.ts'
import {interruptedChoices, interruptedLine} from './interrupted-words.ts'
import {filterRegions, latencyColumn, latencyNote, regionNote} from './region-words.ts'
import {serverLines} from './server-lines.ts'
import {TARGET_FIELDS, type TargetName} from './target-fields.ts'

export const askInterrupted: LinearScreen = async view => {
  const {host, talk, dispatch} = view
  talk.say('Unfinished:', ...host.interrupted.map(interruptedLine))
  const choice = await choose(view, interruptedChoices(host.interrupted))
  if (choice === null) return
  if (choice === 'undo') {
    talk.say('Reverting.')
    const {ok, message} = await host.undoInterrupted()
    talk.say(...message.split('\n').map(text => ({text, mark: ok ? ('pass' as const) : ('fail' as const)})))
  }
  dispatch({type: 'answered'})
}

export const askResume: LinearScreen = async view => {
  const {host, talk, dispatch} = view
  const {resumable} = host
  if (resumable !== null) {
    const {region, stagingSubnet, replicationServer} = resumable.answers
    const given = {
      Region: region,
      'Staging area subnet': stagingSubnet,
      'Replication server': replicationServer,
      'Left at': minuteText(resumable.at),
    }
    talk.say(...Object.entries(given).flatMap(([name, text]) => (text === null ? [] : [`${name}: ${text}`])))
  }
  const choice = await choose(view, [
    {value: 'resume', label: 'Continue with these answers'},
    {value: 'afresh', label: 'Start over'},
  ])
  if (choice !== null) {
    dispatch(choice === 'resume' ? {type: 'resume', kept: resumable} : {type: 'answered'})
  }
}

export const askRegion: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const suggested = host.regions.find(({code}) => code === state().answers.region)
  // 37 Regions take minutes to read out: they are listed for who asks.
  let shown: typeof host.regions = []
  const list = () =>
    numbered(
      shown.map(({code, name, optIn}) => {
        const far = latencyColumn(host.latency, state().latencies, code).trim()
        return [code, name, ...(optIn ? ['opt-in'] : []), ...(far === '' ? [] : [far])].join(', ')
      }),
    )
  await measure(view)
  const preset = suggested === undefined ? '' : ` [${suggested.code}]`
  const note = regionNote(suggested, state().answers.region, host.initial.regionFrom)
  if (note !== '') talk.say(`${suggested?.code}: ${note}`)
  await askOn(
    view,
    `Region: a code, or part of a code or name; l to list them; ${alwaysKeys(view)}${preset}:`,
    text => {
      const take = (region: string) => {
        dispatch({type: 'answered', answers: {region}})
        return 'done' as const
      }
      if (text === '') return suggested === undefined ? ['Choose a Region.'] : take(suggested.code)
      if (text.toLowerCase() === 'l') {
        shown = host.regions
        return list()
      }
      const place = placeOf(text, shown.length)
      const found = place === null ? filterRegions(host.regions, text) : shown.slice(place, place + 1)
      const [only, ...others] = found.filter(({code}) => code === text.toLowerCase()).concat(found)
      if (only === undefined) return [`No Region matches ${JSON.stringify(text)}.`]
      if (place !== null || only.code === text.toLowerCase() || others.length === 0) return take(only.code)
      shown = found
      return list()
    },
  )
}

/** How far the Regions are, where that is asked for: known before they are listed, since nothing is drawn twice. */
async function measure({host, talk, state, dispatch}: LinearView): Promise<void> {
  const {latency, regions} = host
  if (latency?.kind === 'measured') {
    talk.say('Measuring the latency of the Regions.')
    const unknown = regions.map(({code}) => code).filter(code => !state().latencies.has(code))
    for await (const measured of latency.measure(unknown, talk.ended))
      dispatch({type: 'latency-measured', latency: measured})
  }
  const note = latencyNote(latency, state().latencies, regions.length)
  if (note !== '') talk.say(note)
}

export const showServer: LinearScreen = async view => {
  const {host, talk, dispatch} = view
  talk.say('Reading the operating system, privileges and firewall.')
  const server = await host.readServer()
  dispatch({type: 'server-read', server})
  talk.say(...serverLines(server))
  await askOn(view, `Enter to continue, ${alwaysKeys(view)}:`, () => {
    dispatch({type: 'answered'})
    return 'done'
  })
}

export const askTargets: LinearScreen = async view => {
  const {host, state, dispatch} = view
  const screen = state().screen
  const asked = (['stagingSubnet', 'replicationServer'] as const).filter(
    name => !host.initial.answered.has(name),
  )
  const answers: Partial<Record<TargetName, string | null>> = {}
  for (const name of asked) {
    answers[name] = await askTarget(view, name)
    if (state().screen !== screen || state().ending !== null) return
  }
  dispatch({type: 'answered', answers})
}

async function askTarget(view: LinearView, name: TargetName): Promise<string | null> {
  const {host, talk, state} = view
  const {label, placeholder, example} = TARGET_FIELDS[name]
  const before = state().answers[name]
  let given: string | null = before
  talk.say(`${label}. ${example}.`)
  const none = before === null ? `[${placeholder}]` : `- for none [${before}]`
  await askOn(view, `${label}, ${alwaysKeys(view)} ${none}:`, text => {
    if (text === '') return 'done'
    const problem = text === '-' ? null : host.validate[name](text)
    if (problem !== null) return [`Not valid: ${problem}`]
    given = text === '-' ? null : text
    return 'done'
  })
  return given
}
