import {Box, Text} from 'ink'
import {useState} from 'react'
import {FileExists, UserError} from '../../contract/errors.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {type Line, wrapLines} from '../ui/lines.ts'
import {Wrapped} from '../ui/row.tsx'
import {TextField} from '../ui/text-field.tsx'
import {TextLine} from '../ui/text-line.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'

type Step = 'name' | 'saving' | 'replace'

type Props = {
  readonly title: string
  /** The name that is suggested. */
  readonly file: string
  /** What Esc leads back to. */
  readonly before: string
  /** Writes to a path, replacing a file only where told to. @throws FileExists */
  readonly write: (path: string, replace: boolean) => Promise<void>
  readonly onBack: () => void
  /** With how it failed. */
  readonly onFailed: (note: Line) => void
}

/** Asks for the file to write to, writes, and replaces no file without being told to. */
export function FileScreen({title, file, before, write, onBack, onFailed}: Props) {
  const {dispatch, active} = useWizard()
  const [step, setStep] = useState<Step>('name')
  const [path, setPath] = useState(file)
  const keys: Readonly<Record<Step, readonly KeyHint[]>> = {
    name: [
      ['Enter', 'save'],
      ['Esc', before],
      ['Ctrl-C', 'leave'],
    ],
    saving: [],
    replace: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      ['y / n', 'yes / no'],
      ['Esc', 'other file'],
      ['q', 'leave'],
    ],
  }
  const layout = useFrame({
    moves: step === 'replace' ? ['choice'] : ['field'],
    keys: keys[step],
    typing: step === 'name',
    explained: step !== 'saving',
  })

  const save = (replace: boolean) => {
    setStep('saving')
    write(path.trim(), replace).catch((error: unknown) => {
      if (error instanceof FileExists) setStep('replace')
      else if (error instanceof UserError) onFailed({text: error.message, mark: 'fail'})
      else dispatch({type: 'failed', error})
    })
  }
  const back = () => (step === 'name' ? onBack() : setStep('name'))
  useNavigationKeys({typing: step === 'name', back, isActive: step !== 'saving'})
  useKeys(
    input => {
      const letter = input.toLowerCase()
      if (letter === 'y') save(true)
      else if (letter === 'n') setStep('name')
    },
    {isActive: active && step === 'replace'},
  )

  return (
    <Frame title={title} layout={layout}>
      {step === 'replace' ? (
        <>
          {wrapLines(
            [{text: `${path.trim()} already exists. Replace it?`, tone: 'caution'}],
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
            onSelect={value => (value === 'yes' ? save(true) : setStep('name'))}
          />
        </>
      ) : (
        <>
          <TextField
            label="File to write:"
            value={path}
            placeholder={file}
            isFocused={step === 'name'}
            onChange={setPath}
            onSubmit={text => text.trim() !== '' && save(false)}
          />
          <Wrapped columns={layout.columns} line={nameLine(path, file)} />
        </>
      )}
    </Frame>
  )
}

function nameLine(path: string, example: string): Line {
  if (path.trim() === '') return {text: 'Not valid: enter a file name.', tone: 'bad', indent: 2}
  return {text: `Example: ${example}, or /root/${example}`, indent: 2}
}
