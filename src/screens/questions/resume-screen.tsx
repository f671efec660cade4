import {Box} from 'ink'
import {useWizard} from '../flow/use-wizard.ts'
import type {KeptAnswers} from '../flow/wizard-host.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import {fact, type Line, minuteText, wrapLines} from '../ui/lines.ts'
import {TextWindow} from '../ui/text-window.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'

const CHOICES = [
  {value: 'resume', label: 'Continue with these answers'},
  {value: 'afresh', label: 'Start over'},
] as const

const KEYS = [
  ['↑↓', 'choose'],
  ['Enter', 'continue'],
  ['q', 'leave'],
] as const

export function ResumeScreen() {
  const {host, dispatch} = useWizard()
  const layout = useFrame({moves: ['choice'], why: WHY.resume, keys: KEYS})
  useNavigationKeys()
  const lines = wrapLines(host.resumable === null ? [] : keptLines(host.resumable), layout.columns)
  const choose = (choice: 'resume' | 'afresh') =>
    dispatch(choice === 'resume' ? {type: 'resume', kept: host.resumable} : {type: 'answered'})
  return (
    <Frame title="Continue where you left off?" layout={layout}>
      <TextWindow lines={lines} rows={layout.rows - CHOICES.length - 1} />
      <Box height={1} />
      <Choice items={CHOICES} onSelect={choose} />
    </Frame>
  )
}

function keptLines({answers: {region, stagingSubnet, replicationServer}, at}: KeptAnswers): readonly Line[] {
  const given: readonly (readonly [string, string | null])[] = [
    ['Region', region],
    ['Staging area', stagingSubnet],
    ['Replication', replicationServer],
    ['Left at', minuteText(at)],
  ]
  return given.flatMap(([label, text]) => (text === null ? [] : [fact(label, text)]))
}
