import {useKeys} from './keys/use-keys.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import {installerLines} from './parts/installer-lines.ts'
import type {KeyHint} from './parts/key-help.tsx'
import {wrapLines} from './parts/lines.ts'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

export function InstallerScreen() {
  const {host, state, dispatch, active} = useWizard()
  const keys: readonly KeyHint[] = [
    ['Enter', 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const layout = useFrame({why: WHY.installer, keys})
  const lines = wrapLines(
    installerLines(state.session, host.summary(state.session, state.answers)),
    layout.columns,
  )
  const offset = useScroll({lines: lines.length, rows: layout.rows, arrows: true})
  useNavigationKeys()
  useKeys(
    (_, key) => {
      if (key.return) dispatch({type: 'continue'})
    },
    {isActive: active},
  )
  return (
    <Frame title="Agent installer" layout={layout}>
      <TextWindow lines={lines} rows={layout.rows} offset={offset} moreHint="↓" />
    </Frame>
  )
}
