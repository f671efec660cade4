import {useState} from 'react'
import {useKeys} from './keys/use-keys.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {fittingSummaryLines} from './parts/summary-lines.ts'
import {TextLine} from './parts/text-line.tsx'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {ReportScreen} from './report-screen.tsx'
import {previousScreen} from './route.ts'
import {SaveScreen} from './save-screen.tsx'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

export function SummaryScreen() {
  const [shown, setShown] = useState<'summary' | 'report' | 'save'>('summary')
  const [note, setNote] = useState<Line | null>(null)
  if (shown === 'report') return <ReportScreen onClose={() => setShown('summary')} />
  if (shown === 'save') {
    const close = (ended: Line | null) => {
      setNote(ended)
      setShown('summary')
    }
    return <SaveScreen onClose={close} />
  }
  return <Summary note={note} onReport={() => setShown('report')} onSave={() => setShown('save')} />
}

type Props = {
  /** How saving the report has ended. */
  readonly note: Line | null
  readonly onReport: () => void
  readonly onSave: () => void
}

function Summary({note, onReport, onSave}: Props) {
  const {host, state, dispatch, active} = useWizard()
  const {session, answers} = state
  const layout = useFrame({
    why: WHY.summary,
    keys: [
      ['Enter', 'finish'],
      ['f', 'full report'],
      ['s', 'save the report'],
      ['r', 'check again'],
      ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
      ['q', 'leave'],
    ],
  })
  const {columns} = layout
  const noteLines = wrapLines(note === null ? [] : [note], columns)
  const rows = layout.rows - noteLines.length
  const title = host.checkTitle.bind(host)
  const lines = fittingSummaryLines(session, host.summary(session, answers), title, {columns, rows})
  const offset = useScroll({lines: lines.length, rows, arrows: true})
  useNavigationKeys()
  useKeys(
    (input, key) => {
      const letter = input.toLowerCase()
      if (key.return) dispatch({type: 'continue'})
      else if (letter === 'f') onReport()
      else if (letter === 's') onSave()
      else if (letter === 'r') dispatch({type: 'check-again'})
    },
    {isActive: active},
  )
  return (
    <Frame title="Summary" layout={layout}>
      <TextWindow lines={lines} rows={rows} offset={offset} moreHint="↓" />
      {noteLines.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
    </Frame>
  )
}
