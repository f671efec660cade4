import {useState} from 'react'
import {previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {installCopies} from '../ui/copyables.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {type Line, wrapLines} from '../ui/lines.ts'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {TextLine} from '../ui/text-line.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {installerLines, installerToKeep} from './installer-lines.ts'
import {KeepScreen} from './keep-screen.tsx'

export function InstallerScreen() {
  const {host, state} = useWizard()
  const [keeping, setKeeping] = useState(false)
  const [note, setNote] = useState<Line | null>(null)
  const installer = installerToKeep(state, host)
  if (keeping && installer !== null) {
    const close = (ended: Line | null) => {
      setNote(ended)
      setKeeping(false)
    }
    return <KeepScreen file={installer} before="back" onClose={close} />
  }
  return <Installer note={note} keeps={installer !== null} onKeep={() => setKeeping(true)} />
}

type Props = {
  /** How keeping the installer has ended. */
  readonly note: Line | null
  readonly keeps: boolean
  readonly onKeep: () => void
}

function Installer({note, keeps, onKeep}: Props) {
  const {host, state, dispatch, active} = useWizard()
  const keys: readonly KeyHint[] = [
    ['Enter', 'continue'],
    ...(keeps ? [['k', 'keep installer'] as const] : []),
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const summary = host.summary(state.session, state.answers)
  const copies = installCopies(state.session, summary)
  const search = useSearch()
  const layout = useFrame({moves: ['text-by-arrows'], why: WHY.installer, keys, copies, search})
  const noteLines = wrapLines(note === null ? [] : [note], layout.columns)
  const rows = layout.rows - noteLines.length
  useNavigationKeys({search})
  useKeys(
    (input, key) => {
      if (key.return) dispatch({type: 'continue'})
      else if (input.toLowerCase() === 'k' && keeps) onKeep()
    },
    {isActive: active && !search.typing},
  )
  return (
    <Frame title="Agent installer" layout={layout}>
      <LongText
        lines={installerLines(state.session, summary)}
        room={{columns: layout.columns, rows}}
        search={search}
        letters={false}
      />
      {noteLines.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
    </Frame>
  )
}
