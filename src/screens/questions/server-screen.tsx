import {useEffect} from 'react'
import {previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import type {WizardAnswers, WizardInitial} from '../flow/wizard-host.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {fact, type Line, wrapLines} from '../ui/lines.ts'
import {Spinner} from '../ui/spinner.tsx'
import {TextWindow} from '../ui/text-window.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useScroll} from '../ui/use-scroll.ts'
import {WHY} from '../ui/why.ts'
import {serverLines} from './server-lines.ts'

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
