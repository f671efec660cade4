import {useWizard} from '../flow/use-wizard.ts'
import type {Line} from '../ui/lines.ts'
import {FileScreen} from './file-screen.tsx'

type Props = {
  readonly file: string
  /** What Esc leads back to. */
  readonly before: string
  /** With how it ended; null where nothing was written. */
  readonly onClose: (note: Line | null) => void
}

/** Asks where to keep the verified installer, and writes it there. */
export function KeepScreen({file, before, onClose}: Props) {
  const {host, dispatch} = useWizard()
  return (
    <FileScreen
      title="Keep the verified installer"
      file={file}
      before={before}
      write={async (path, replace) => {
        const kept = await host.keepInstaller(path, replace)
        dispatch({type: 'event', event: {type: 'installer-kept', ...kept}})
        onClose({text: `Kept: ${kept.path}`, mark: 'pass'})
      }}
      onBack={() => onClose(null)}
      onFailed={onClose}
    />
  )
}
