import {useInput} from 'ink'
import {findingsOf, type Session} from '../engine/session.ts'
import {evidenceFacts} from './parts/finding-lines.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import {installCommandLines} from './parts/install-lines.ts'
import type {KeyHint} from './parts/key-help.tsx'
import {fact, type Line, wrapLines} from './parts/lines.ts'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import type {WizardSummary} from './wizard-host.ts'

const WHY =
  'The check fetches the agent installer for this system whole and compares it with the SHA-512 that AWS publishes. The wizard installs nothing.'

export function InstallerScreen() {
  const {host, state, dispatch, active} = useWizard()
  const keys: readonly KeyHint[] = [
    ['Enter', 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const layout = useFrame({why: WHY, keys})
  const lines = wrapLines(
    installerLines(state.session, host.summary(state.session, state.answers)),
    layout.columns,
  )
  const offset = useScroll({lines: lines.length, rows: layout.rows, arrows: true})
  useNavigationKeys()
  useInput(
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

/** What became of the download, and how to install. */
export function installerLines(session: Session, {installLines}: WizardSummary): readonly Line[] {
  const found = findingsOf(session).filter(({check}) => check === 'installer-download')
  return [
    ...found.flatMap((finding): Line[] => [
      {text: finding.summary, mark: finding.status},
      ...(finding.nextStep === null ? [] : [fact('Next step', finding.nextStep)]),
      ...(finding.target === null ? [] : [fact('From', finding.target)]),
      ...evidenceFacts(finding),
    ]),
    ...installCommandLines(session, installLines),
  ]
}
