import {Text} from 'ink'
import {useState} from 'react'
import {previousScreen} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {Wrapped} from '../ui/row.tsx'
import {TextField} from '../ui/text-field.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {TARGET_FIELDS, type TargetName} from './target-fields.ts'

export function TargetsScreen() {
  const {host, state, dispatch, active} = useWizard()
  const asked = (['stagingSubnet', 'replicationServer'] as const).filter(
    name => !host.initial.answered.has(name),
  )
  const {drafts, answers} = state
  const texts = {
    stagingSubnet: drafts.stagingSubnet ?? answers.stagingSubnet ?? '',
    replicationServer: drafts.replicationServer ?? answers.replicationServer ?? '',
  }
  const [focused, setFocused] = useState(0)
  const keys: readonly KeyHint[] = [
    ['Enter', focused + 1 < asked.length ? 'next' : 'continue'],
    ...(asked.length > 1 ? [['↑↓', 'other field'] as const, ['Tab', 'next field'] as const] : []),
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['Ctrl-C', 'leave'],
  ]
  const layout = useFrame({moves: ['field'], why: WHY.targets, keys, typing: true})
  const problem = (name: TargetName, text: string) =>
    text.trim() === '' ? null : host.validate[name](text.trim())

  useNavigationKeys({typing: true})
  useKeys(
    (_, key) => {
      if (key.upArrow) setFocused(now => Math.max(0, now - 1))
      else if (key.downArrow) setFocused(now => Math.min(asked.length - 1, now + 1))
      else if (key.tab) setFocused(now => (now + 1) % asked.length)
    },
    {isActive: active},
  )

  const submit = (name: TargetName, text: string) => {
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
    <Frame title="Staging area subnet" layout={layout}>
      {asked.map((name, at) => {
        const wrong = problem(name, texts[name])
        return (
          <Field key={name} compact={layout.compact}>
            <TextField
              label={TARGET_FIELDS[name].label}
              value={texts[name]}
              placeholder={TARGET_FIELDS[name].placeholder}
              isFocused={at === focused}
              onChange={text => dispatch({type: 'typed', question: name, text})}
              onSubmit={text => submit(name, text)}
            />
            <Wrapped
              columns={layout.columns}
              line={
                wrong === null
                  ? {text: TARGET_FIELDS[name].example, indent: 2}
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
