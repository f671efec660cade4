import {FileExists, UserError} from '../../contract/errors.ts'
import type {SaveFormat} from '../flow/wizard-host.ts'
import {alwaysKeys, askOn, type LinearScreen, type LinearView} from '../linear/view.ts'
import {installerLines, installerToKeep} from './installer-lines.ts'
import {summaryLines} from './summary-lines.ts'

/** The picture of the path is drawn for a window; here it is to be read out, a hop a row. */
const PICTURE_COLUMNS = 40

const PROSE_COLUMNS = 80

export const showInstaller: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {session, answers} = state()
  talk.say(...installerLines(session, host.summary(session, answers)))
  const keeps = installerToKeep(state(), host) === null ? '' : 'k to keep the verified installer, '
  await askOn(view, `Enter to continue, ${keeps}${alwaysKeys(view)}:`, async text => {
    if (text.toLowerCase() === 'k') return [await keep(view)]
    dispatch({type: 'continue'})
    return 'done'
  })
}

export const showSummary: LinearScreen = async view => {
  const {host, talk, state, dispatch} = view
  const {session, answers} = state()
  talk.say(...summaryLines(session, host.summary(session, answers), PICTURE_COLUMNS))
  const keeps = installerToKeep(state(), host) === null ? '' : ' k to keep the verified installer,'
  const prompt = `Enter to finish, f for the full report, m to save it as Markdown, h as HTML, j as JSON, u as JUnit,${keeps} r to check again, ${alwaysKeys(view)}:`
  await askOn(view, prompt, async text => {
    const word = text.toLowerCase()
    const format = FORMATS[word]
    if (format !== undefined) return [await save(view, format)]
    if (word === 'k') return [await keep(view)]
    if (word === 'f') {
      const report = await host.fullReport(session, answers, Math.min(PROSE_COLUMNS, talk.columns))
      return report
        .trimEnd()
        .split('\n')
        .map(row => ({row}))
    }
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
  return await written(talk, FILE_NAMES[format], async (path, replace) => {
    return `Saved: ${await host.save(format, path, session, answers, replace)}`
  })
}

/** How keeping the verified installer ended, in sentences. */
async function keep({host, talk, state, dispatch}: LinearView): Promise<string> {
  const file = installerToKeep(state(), host)
  if (file === null) return 'There is no verified installer to keep.'
  return await written(talk, file, async (path, replace) => {
    const kept = await host.keepInstaller(path, replace)
    dispatch({type: 'event', event: {type: 'installer-kept', ...kept}})
    const {session, answers} = state()
    const command = host.summary(session, answers).installLines.at(-1)
    return command === undefined ? `Kept: ${kept.path}` : `Kept: ${kept.path}. To install: ${command}`
  })
}

/** Asks for a file and writes it; replaces none without being told to. */
async function written(
  talk: LinearView['talk'],
  file: string,
  write: (path: string, replace: boolean) => Promise<string>,
): Promise<string> {
  const path = (await talk.ask(`File to write [${file}]:`)) || file
  try {
    return await write(path, false).catch(async (error: unknown) => {
      if (!(error instanceof FileExists)) throw error
      const answer = await talk.ask(`${path} already exists. Answer y to replace it [n]:`)
      return /^y(es)?$/i.test(answer) ? await write(path, true) : 'Nothing was saved.'
    })
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}
