import {useState} from 'react'
import {installerToKeep} from './installer-to-keep.ts'
import {KeepScreen} from './keep-screen.tsx'
import {useKeys} from './keys/use-keys.ts'
import {installCopies} from './parts/copyables.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import {installerLines} from './parts/installer-lines.ts'
import type {KeyHint} from './parts/key-help.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {LongText} from './parts/long-text.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useSearch} from './parts/use-search.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

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
