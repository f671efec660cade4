import {Text, useInput} from 'ink'
import {useState} from 'react'
import {UserError} from '../errors.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {summaryLines} from './parts/summary-lines.ts'
import {TextField} from './parts/text-field.tsx'
import {TextLine} from './parts/text-line.tsx'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'
import type {SaveFormat} from './wizard-host.ts'

const FILE_NAMES: Record<SaveFormat, string> = {
  markdown: 'drs-onboard-report.md',
  json: 'drs-onboard-report.json',
}

type Saving =
  | {readonly step: 'closed'}
  | {readonly step: 'format'}
  | {readonly step: 'name'; readonly format: SaveFormat; readonly path: string; readonly busy: boolean}

export function SummaryScreen() {
  const {host, state, dispatch, active} = useWizard()
  const {session, answers} = state
  const [saving, setSaving] = useState<Saving>({step: 'closed'})
  const [note, setNote] = useState<Line | null>(null)
  const layout = useFrame({why: WHY.summary, keys: keysFor(saving, previousScreen(state) !== null)})
  const below = saving.step === 'name' ? 2 : saving.step === 'format' || note !== null ? 1 : 0
  const lines = wrapLines(
    summaryLines(session, host.summary(session, answers), check => host.checkTitle(check), layout.columns),
    layout.columns,
  )
  const noteLines = wrapLines(note === null || saving.step !== 'closed' ? [] : [note], layout.columns)
  const rows = layout.rows - Math.max(below, noteLines.length)
  const offset = useScroll({lines: lines.length, rows, arrows: true})
  const closed = saving.step === 'closed'

  useNavigationKeys({isActive: closed})
  useInput(
    (input, key) => {
      const letter = input.toLowerCase()
      if (closed && key.return) dispatch({type: 'continue'})
      else if (closed && letter === 's') setSaving({step: 'format'})
      else if (key.escape) setSaving({step: 'closed'})
      else if (saving.step === 'format' && (letter === 'm' || letter === 'j')) {
        const format = letter === 'm' ? 'markdown' : 'json'
        setSaving({step: 'name', format, path: FILE_NAMES[format], busy: false})
      }
    },
    {isActive: active && !(saving.step === 'name' && saving.busy)},
  )
  const save = async (format: SaveFormat, path: string) => {
    if (path.trim() === '') return
    setSaving({step: 'name', format, path, busy: true})
    setNote(await saved(host.save(format, path.trim(), session, answers)))
    setSaving({step: 'closed'})
  }

  return (
    <Frame title="Summary" layout={layout}>
      <TextWindow lines={lines} rows={rows} offset={offset} moreHint="↓" />
      {saving.step === 'format' && <Text>Save the report as Markdown (m) or JSON (j)?</Text>}
      {saving.step === 'name' && (
        <TextField
          label="File to write:"
          value={saving.path}
          placeholder={FILE_NAMES[saving.format]}
          isFocused={!saving.busy}
          onChange={path => setSaving(now => (now.step === 'name' ? {...now, path} : now))}
          onSubmit={path =>
            save(saving.format, path).catch((error: unknown) => dispatch({type: 'failed', error}))
          }
        />
      )}
      {noteLines.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
    </Frame>
  )
}

/** How saving ended, as a line. Only what the user can act on is told here; other errors end the wizard. */
async function saved(writing: Promise<string>): Promise<Line> {
  try {
    return {text: `Saved: ${await writing}`, mark: 'pass'}
  } catch (error) {
    if (error instanceof UserError) return {text: error.message, mark: 'fail'}
    throw error
  }
}

function keysFor(saving: Saving, canGoBack: boolean): readonly KeyHint[] {
  switch (saving.step) {
    case 'closed':
      return [
        ['Enter', 'finish'],
        ['s', 'save the report'],
        ...(canGoBack ? [['Esc', 'back'] as const] : []),
        ['q', 'leave'],
      ]
    case 'format':
      return [
        ['m', 'Markdown'],
        ['j', 'JSON'],
        ['Esc', 'cancel'],
      ]
    case 'name':
      return saving.busy
        ? []
        : [
            ['Enter', 'save'],
            ['Esc', 'cancel'],
          ]
  }
}
