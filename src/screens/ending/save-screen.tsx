import {useState} from 'react'
import {useWizard} from '../flow/use-wizard.ts'
import type {SaveFormat} from '../flow/wizard-host.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {Line} from '../ui/lines.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {FileScreen} from './file-screen.tsx'

const FORMATS = [
  {value: 'markdown', letter: 'm', label: 'Markdown, for a ticket', file: 'drs-onboard-report.md'},
  {value: 'html', letter: 'h', label: 'HTML, one page to read or print', file: 'drs-onboard-report.html'},
  {value: 'json', letter: 'j', label: 'JSON, for scripts', file: 'drs-onboard-report.json'},
  {value: 'junit', letter: 'u', label: 'JUnit XML, for CI systems', file: 'drs-onboard-report.xml'},
] as const satisfies readonly {value: SaveFormat; letter: string; label: string; file: string}[]

type SaveTarget = (typeof FORMATS)[number]

type Props = {
  /** With how saving ended; null where nothing was saved. */
  readonly onClose: (note: Line | null) => void
}

/** Asks for a format and a file, and writes the report. */
export function SaveScreen({onClose}: Props) {
  const {host, state} = useWizard()
  const [format, setFormat] = useState<SaveTarget | null>(null)
  if (format === null) return <FormatScreen onTake={setFormat} onBack={() => onClose(null)} />
  return (
    <FileScreen
      title="Save the report"
      file={format.file}
      before="other format"
      write={async (path, replace) => {
        const saved = await host.save(format.value, path, state.session, state.answers, replace)
        onClose({text: `Saved: ${saved}`, mark: 'pass'})
      }}
      onBack={() => setFormat(null)}
      onFailed={onClose}
    />
  )
}

type FormatProps = {readonly onTake: (format: SaveTarget) => void; readonly onBack: () => void}

function FormatScreen({onTake, onBack}: FormatProps) {
  const {active} = useWizard()
  const layout = useFrame({
    moves: ['choice'],
    keys: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      ['m h j u', 'take at once'],
      ['Esc', 'back to the summary'],
      ['q', 'leave'],
    ],
  })
  useNavigationKeys({back: onBack})
  useKeys(
    input => {
      const named = FORMATS.find(({letter}) => letter === input.toLowerCase())
      if (named !== undefined) onTake(named)
    },
    {isActive: active},
  )
  return (
    <Frame title="Save the report" layout={layout}>
      <Choice
        items={FORMATS}
        onSelect={value => onTake(FORMATS.find(one => one.value === value) ?? FORMATS[0])}
      />
    </Frame>
  )
}
