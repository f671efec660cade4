import {UserError} from '../../errors.ts'
import {installerLines} from '../parts/installer-lines.ts'
import {summaryLines} from '../parts/summary-lines.ts'
import type {SaveFormat} from '../wizard-host.ts'
import {alwaysKeys, askOn, type LinearScreen, type LinearView} from './linear-view.ts'

/** The picture of the path is drawn for a window; here it is to be read out, a hop a row. */
const PICTURE_COLUMNS = 40

export const showInstaller: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {session, answers} = state()
  talk.say(...installerLines(session, host.summary(session, answers)))
  await askOn(view, `Enter to continue, ${alwaysKeys(view)}:`, () => {
    dispatch({type: 'continue'})
    return 'done'
  })
}

export const showSummary: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {session, answers} = state()
  const title = host.checkTitle.bind(host)
  talk.say(...summaryLines(session, host.summary(session, answers), title, PICTURE_COLUMNS))
  const prompt = `Enter to finish, m to save the report as Markdown, j as JSON, ${alwaysKeys(view)}:`
  await askOn(view, prompt, async text => {
    const word = text.toLowerCase()
    if (word === 'm' || word === 'j') return [await save(view, word === 'm' ? 'markdown' : 'json')]
    if (word !== '') return ['Answer with Enter, m or j.']
    dispatch({type: 'continue'})
    return 'done'
  })
}

const FILE_NAMES: Record<SaveFormat, string> = {
  markdown: 'drs-onboard-report.md',
  json: 'drs-onboard-report.json',
  junit: 'drs-onboard-report.xml',
}

/** How saving ended, in a sentence. */
async function save({host, talk, state}: LinearView, format: SaveFormat): Promise<string> {
  const {session, answers} = state()
  const path = (await talk.ask(`File to write [${FILE_NAMES[format]}]:`)) || FILE_NAMES[format]
  try {
    return `Saved: ${await host.save(format, path, session, answers)}`
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}
