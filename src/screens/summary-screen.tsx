import {useState} from 'react'
import {installerToKeep} from './installer-to-keep.ts'
import {KeepScreen} from './keep-screen.tsx'
import {useKeys} from './keys/use-keys.ts'
import {summaryCopies} from './parts/copyables.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {LongText} from './parts/long-text.tsx'
import {fittingSummaryLines} from './parts/summary-lines.ts'
import {TextLine} from './parts/text-line.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useSearch} from './parts/use-search.ts'
import {ReportScreen} from './report-screen.tsx'
import {previousScreen} from './route.ts'
import {SaveScreen} from './save-screen.tsx'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

export function SummaryScreen() {
  const {host, state} = useWizard()
  const [shown, setShown] = useState<Shown>('summary')
  const [note, setNote] = useState<Line | null>(null)
  const installer = installerToKeep(state, host)
  const close = (ended: Line | null) => {
    setNote(ended)
    setShown('summary')
  }
  if (shown === 'report') return <ReportScreen onClose={() => setShown('summary')} />
  if (shown === 'save') return <SaveScreen onClose={close} />
  if (shown === 'keep' && installer !== null)
    return <KeepScreen file={installer} before="back to the summary" onClose={close} />
  return <Summary note={note} keeps={installer !== null} onShow={setShown} />
}

type Shown = 'summary' | 'report' | 'save' | 'keep'

type Props = {
  /** How saving something has ended. */
  readonly note: Line | null
  /** Whether there is a verified installer to keep. */
  readonly keeps: boolean
  readonly onShow: (shown: Shown) => void
}

function Summary({note, keeps, onShow}: Props) {
  const {host, state, dispatch, active} = useWizard()
  const {session, answers} = state
  const summary = host.summary(session, answers)
  const search = useSearch()
  const layout = useFrame({
    moves: ['text-by-arrows'],
    search,
    // What became of a key needs the room more.
    ...(note === null && {why: WHY.summary}),
    copies: summaryCopies(session, summary),
    keys: [
      ['Enter', 'finish'],
      ['f', 'full report'],
      ['s', 'save the report'],
      ...(keeps ? [['k', 'keep installer'] as const] : []),
      ['r', 'check again'],
      ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
      ['q', 'leave'],
    ],
  })
  const {columns} = layout
  const noteLines = wrapLines(note === null ? [] : [note], columns)
  const rows = layout.rows - noteLines.length
  const title = host.checkTitle.bind(host)
  const lines = fittingSummaryLines(session, summary, title, {columns, rows})
  useNavigationKeys({search})
  useKeys(
    (input, key) => {
      const letter = input.toLowerCase()
      if (key.return) dispatch({type: 'continue'})
      else if (letter === 'f') onShow('report')
      else if (letter === 's') onShow('save')
      else if (letter === 'k' && keeps) onShow('keep')
      else if (letter === 'r') dispatch({type: 'check-again'})
    },
    {isActive: active && !search.typing},
  )
  return (
    <Frame title="Summary" layout={layout}>
      <LongText lines={lines} room={{columns, rows}} search={search} letters={false} />
      {noteLines.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
    </Frame>
  )
}
