import {useEffect} from 'react'
import {useKeys} from './keys/use-keys.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {fact, type Line, wrapLines} from './parts/lines.ts'
import {serverLines} from './parts/server-lines.ts'
import {Spinner} from './parts/spinner.tsx'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'
import type {WizardAnswers, WizardInitial} from './wizard-host.ts'

export function ServerScreen() {
  const {host, state, dispatch, active} = useWizard()
  const {server} = state

  useEffect(() => {
    let left = false
    host.readServer().then(
      facts => left || dispatch({type: 'server-read', server: facts}),
      (error: unknown) => left || dispatch({type: 'failed', error}),
    )
    return () => {
      left = true
    }
  }, [host, dispatch])

  const keys: readonly KeyHint[] = [
    ['Enter', 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const layout = useFrame({moves: ['text'], why: WHY.server, keys})
  const lines = wrapLines(
    server === null ? [] : [...serverLines(server), ...regionLines(host.initial, state.answers)],
    layout.columns,
  )
  const offset = useScroll({lines: lines.length, rows: layout.rows, arrows: true})
  useNavigationKeys()
  useKeys(
    (_, key) => {
      if (key.return && server !== null) dispatch({type: 'answered'})
    },
    {isActive: active},
  )
  return (
    <Frame title="Source server" layout={layout}>
      {server === null ? (
        <Spinner label="Reading the operating system, privileges and firewall…" />
      ) : (
        <TextWindow lines={lines} rows={layout.rows} offset={offset} moreHint="↓" />
      )}
    </Frame>
  )
}

/** Where a Region that was not asked for comes from, and how to choose another. */
function regionLines(
  {regionGiven, region, regionFrom}: WizardInitial,
  answers: WizardAnswers,
): readonly Line[] {
  if (!regionGiven || region === null || region !== answers.region) return []
  return [fact('Region', `${region}, from ${regionFrom}; Esc leads to the others.`)]
}
