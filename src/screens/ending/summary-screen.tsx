import {useState} from 'react'
import {previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {summaryCopies} from '../ui/copyables.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import {type Line, wrapLines} from '../ui/lines.ts'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {TextLine} from '../ui/text-line.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {installerToKeep} from './installer-lines.ts'
import {KeepScreen} from './keep-screen.tsx'
import {ReportScreen} from './report-screen.tsx'
import {SaveScreen} from './save-screen.tsx'
import {fittingSummaryLines} from './summary-lines.ts'

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
  const lines = fittingSummaryLines(session, summary, {columns, rows})
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
