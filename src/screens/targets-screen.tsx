import {Text, useInput} from 'ink'
import {useState} from 'react'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {TextField} from './parts/text-field.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'

const WHY =
  'Replicated data goes to a replication server in the staging area subnet, over TCP 1500. Leave both empty if you do not know them: the firewall is then judged for every address, and the path itself is not tested.'

type FieldName = 'stagingSubnet' | 'replicationServer'

const FIELDS: Record<
  FieldName,
  {readonly label: string; readonly placeholder: string; readonly example: string}
> = {
  stagingSubnet: {
    label: 'Staging area subnet (CIDR)',
    placeholder: 'empty: any address',
    example: 'Example: 10.20.0.0/24',
  },
  replicationServer: {
    label: 'Replication server (HOST or HOST:PORT)',
    placeholder: 'empty: TCP 1500 is not tested',
    example: 'Example: 10.20.0.15 or 10.20.0.15:1500',
  },
}

export function TargetsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const asked = (['stagingSubnet', 'replicationServer'] as const).filter(
    name => !host.initial.answered.has(name),
  )
  const [texts, setTexts] = useState({
    stagingSubnet: state.answers.stagingSubnet ?? '',
    replicationServer: state.answers.replicationServer ?? '',
  })
  const [focused, setFocused] = useState(0)
  const keys: readonly KeyHint[] = [
    ['Enter', focused + 1 < asked.length ? 'next' : 'continue'],
    ...(asked.length > 1 ? [['↑↓', 'other field'] as const] : []),
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['Ctrl-C', 'leave'],
  ]
  const layout = useFrame({why: WHY, keys})
  const problem = (name: FieldName, text: string) =>
    text.trim() === '' ? null : host.validate[name](text.trim())

  useNavigationKeys({typing: true})
  useInput(
    (_, key) => {
      if (key.upArrow) setFocused(now => Math.max(0, now - 1))
      else if (key.downArrow) setFocused(now => Math.min(asked.length - 1, now + 1))
      else if (key.tab) setFocused(now => (now + 1) % asked.length)
    },
    {isActive: active},
  )

  const submit = (name: FieldName, text: string) => {
    const all = {...texts, [name]: text}
    const wrong = asked.findIndex(field => problem(field, all[field]) !== null)
    if (problem(name, text) !== null) return
    if (focused + 1 < asked.length) setFocused(focused + 1)
    else if (wrong !== -1) setFocused(wrong)
    else {
      const given = asked.map(field => [field, all[field].trim() || null] as const)
      dispatch({type: 'answered', answers: Object.fromEntries(given)})
    }
  }

  return (
    <Frame title="Where the data goes" layout={layout}>
      {asked.map((name, at) => {
        const wrong = problem(name, texts[name])
        return (
          <Field key={name} compact={layout.compact}>
            <TextField
              label={FIELDS[name].label}
              value={texts[name]}
              placeholder={FIELDS[name].placeholder}
              isFocused={at === focused}
              onChange={text => setTexts(now => ({...now, [name]: text}))}
              onSubmit={text => submit(name, text)}
            />
            <TextLine
              line={
                wrong === null
                  ? {text: FIELDS[name].example, tone: 'muted', indent: 2}
                  : {text: `Not valid: ${wrong}`, tone: 'bad', indent: 2}
              }
            />
          </Field>
        )
      })}
    </Frame>
  )
}

function Field({compact, children}: {readonly compact: boolean; readonly children: React.ReactNode}) {
  return (
    <>
      {children}
      {!compact && <Text> </Text>}
    </>
  )
}
