import {Box, Text} from 'ink'
import {useState} from 'react'
import {UserError} from '../errors.ts'
import {useKeys} from './keys/use-keys.ts'
import {Choice} from './parts/choice.tsx'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {TextField} from './parts/text-field.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useWizard} from './use-wizard.ts'
import {FileExists, type SaveFormat} from './wizard-host.ts'

const FORMATS = [
  {value: 'markdown', letter: 'm', label: 'Markdown, for a ticket', file: 'drs-onboard-report.md'},
  {value: 'html', letter: 'h', label: 'HTML, one page to read or print', file: 'drs-onboard-report.html'},
  {value: 'json', letter: 'j', label: 'JSON, for scripts', file: 'drs-onboard-report.json'},
  {value: 'junit', letter: 'u', label: 'JUnit XML, for CI systems', file: 'drs-onboard-report.xml'},
] as const satisfies readonly {value: SaveFormat; letter: string; label: string; file: string}[]

type Step = 'format' | 'name' | 'saving' | 'replace'

const KEYS: Readonly<Record<Step, readonly KeyHint[]>> = {
  format: [
    ['↑↓', 'choose'],
    ['Enter', 'take'],
    ['m h j u', 'take at once'],
    ['Esc', 'back to the summary'],
    ['q', 'leave'],
  ],
  name: [
    ['Enter', 'save'],
    ['Esc', 'other format'],
    ['Ctrl-C', 'leave'],
  ],
  saving: [],
  replace: [
    ['↑↓', 'choose'],
    ['Enter', 'take'],
    ['y / n', 'yes / no'],
    ['Esc', 'other file'],
    ['q', 'leave'],
  ],
}

type Props = {
  /** With how saving ended; null where nothing was saved. */
  readonly onClose: (note: Line | null) => void
}

/** Asks for a format and a file, writes the report, and replaces no file without being told to. */
export function SaveScreen({onClose}: Props) {
  const {host, state, dispatch, active} = useWizard()
  const [step, setStep] = useState<Step>('format')
  const [format, setFormat] = useState<(typeof FORMATS)[number]>(FORMATS[0])
  const [path, setPath] = useState('')
  const layout = useFrame({keys: KEYS[step], typing: step === 'name', explained: step !== 'saving'})

  const write = (replace: boolean) => {
    setStep('saving')
    host.save(format.value, path.trim(), state.session, state.answers, replace).then(
      saved => onClose({text: `Saved: ${saved}`, mark: 'pass'}),
      (error: unknown) => {
        if (error instanceof FileExists) setStep('replace')
        else if (error instanceof UserError) onClose({text: error.message, mark: 'fail'})
        else dispatch({type: 'failed', error})
      },
    )
  }
  const take = (chosen: (typeof FORMATS)[number]) => {
    setFormat(chosen)
    setPath(chosen.file)
    setStep('name')
  }
  const back = () => (step === 'format' ? onClose(null) : setStep(step === 'name' ? 'format' : 'name'))
  useNavigationKeys({typing: step === 'name', back, isActive: step !== 'saving'})
  useKeys(
    input => {
      const letter = input.toLowerCase()
      const named = FORMATS.find(one => one.letter === letter)
      if (step === 'format' && named !== undefined) take(named)
      else if (step === 'replace' && letter === 'y') write(true)
      else if (step === 'replace' && letter === 'n') setStep('name')
    },
    {isActive: active},
  )

  return (
    <Frame title="Save the report" layout={layout}>
      {step === 'format' && (
        <Choice
          items={FORMATS}
          onSelect={value => take(FORMATS.find(one => one.value === value) ?? FORMATS[0])}
        />
      )}
      {(step === 'name' || step === 'saving') && (
        <>
          <TextField
            label="File to write:"
            value={path}
            placeholder={format.file}
            isFocused={step === 'name'}
            onChange={setPath}
            onSubmit={text => text.trim() !== '' && write(false)}
          />
          <TextLine line={nameLine(path, format.file)} />
        </>
      )}
      {step === 'replace' && (
        <>
          {wrapLines(
            [{text: `${path.trim()} is there already. Replace it?`, tone: 'caution'}],
            layout.columns,
          ).map(line => (
            <TextLine key={line.text} line={line} />
          ))}
          <Box height={1}>
            <Text> </Text>
          </Box>
          <Choice
            items={[
              {value: 'no', label: 'No, choose another file'},
              {value: 'yes', label: 'Yes, replace it'},
            ]}
            onSelect={value => (value === 'yes' ? write(true) : setStep('name'))}
          />
        </>
      )}
    </Frame>
  )
}

function nameLine(path: string, example: string): Line {
  if (path.trim() === '') return {text: 'Not valid: a file needs a name.', tone: 'bad', indent: 2}
  return {text: `Example: ${example}, or /root/${example}`, indent: 2}
}
