import {UserError} from '../../errors.ts'
import {installerLines} from '../parts/installer-lines.ts'
import {summaryLines} from '../parts/summary-lines.ts'
import {FileExists, type SaveFormat} from '../wizard-host.ts'
import {alwaysKeys, askOn, type LinearScreen, type LinearView} from './linear-view.ts'

/** The picture of the path is drawn for a window; here it is to be read out, a hop a row. */
const PICTURE_COLUMNS = 40

const PROSE_COLUMNS = 80

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
  const prompt = `Enter to finish, f for the full report, m to save it as Markdown, h as HTML, j as JSON, u as JUnit, r to check again, ${alwaysKeys(view)}:`
  await askOn(view, prompt, async text => {
    const word = text.toLowerCase()
    const format = FORMATS[word]
    if (format !== undefined) return [await save(view, format)]
    if (word === 'f') return (await host.fullReport(session, answers, PROSE_COLUMNS)).trimEnd().split('\n')
    if (word !== '' && word !== 'r') return ['Answer with Enter, f, m, h, j, u or r.']
    dispatch({type: word === 'r' ? 'check-again' : 'continue'})
    return 'done'
  })
}

const FORMATS: Readonly<Record<string, SaveFormat>> = {m: 'markdown', h: 'html', j: 'json', u: 'junit'}

const FILE_NAMES: Record<SaveFormat, string> = {
  markdown: 'drs-onboard-report.md',
  json: 'drs-onboard-report.json',
  html: 'drs-onboard-report.html',
  junit: 'drs-onboard-report.xml',
}

/** How saving ended, in a sentence. */
async function save({host, talk, state}: LinearView, format: SaveFormat): Promise<string> {
  const {session, answers} = state()
  const path = (await talk.ask(`File to write [${FILE_NAMES[format]}]:`)) || FILE_NAMES[format]
  const write = async (replace: boolean) =>
    `Saved: ${await host.save(format, path, session, answers, replace)}`
  try {
    return await write(false).catch(async (error: unknown) => {
      if (!(error instanceof FileExists)) throw error
      const answer = await talk.ask(`${path} is there already. Answer y to replace it [n]:`)
      return /^y(es)?$/i.test(answer) ? write(true) : 'Nothing was saved.'
    })
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}
