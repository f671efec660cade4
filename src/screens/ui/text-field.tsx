import {Box, Text, useInput, usePaste, useWindowSize} from 'ink'
import {useRef, useState} from 'react'
import {printableLine} from '../../lib/printable.ts'
import {charactersOf, type EditedLine, edit, insert, lineOf} from '../terminal/line-editor.ts'
import {hasColor, theme} from './theme.ts'
import {useShell} from './use-shell.ts'

type Props = {
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly isFocused: boolean
  readonly onChange: (value: string) => void
  readonly onSubmit: (value: string) => void
}

const INDENT = 2

/** A labelled text field with the keys of a shell's command line. A paste is one line: its line ends submit nothing. */
export function TextField({label, value, placeholder, isFocused, onChange, onSubmit}: Props) {
  const {active} = useShell()
  const {columns} = useWindowSize()
  const [line, setLine] = useState(() => lineOf(value))
  // Two keys may come before the first is drawn: each edits what the one before it made.
  const latest = useRef(line)
  const isTyping = isFocused && active
  const change = (next: EditedLine) => {
    const {text} = latest.current
    latest.current = next
    setLine(next)
    if (next.text !== text) onChange(next.text)
  }
  useInput(
    (input, key) => {
      if (key.return) return onSubmit(latest.current.text)
      const next = edit(latest.current, input, key)
      if (next !== null) change(next)
    },
    {isActive: isTyping},
  )
  usePaste(text => change(insert(latest.current, printableLine(text))), {isActive: isTyping})
  return (
    <Box flexDirection="column">
      <Text {...(isFocused ? theme.tone.accent : theme.tone.plain)} bold={isFocused} wrap="truncate-end">
        {label}
      </Text>
      <Box height={1} overflow="hidden" paddingLeft={INDENT}>
        {isTyping ? (
          <Typed
            text={line.text}
            cursor={line.cursor}
            placeholder={placeholder}
            width={columns - INDENT - 1}
          />
        ) : (
          <Text wrap="truncate-end" dimColor={value === ''}>
            {value === '' ? placeholder : value}
          </Text>
        )}
      </Box>
    </Box>
  )
}

type TypedProps = {
  readonly text: string
  readonly cursor: number
  readonly placeholder: string
  readonly width: number
}

/** The part of the line around the cursor that fits. Without colors nothing can be inverse, and a bar is the cursor. */
export function Typed({text, cursor, placeholder, width}: TypedProps) {
  const characters = charactersOf(text)
  const first = Math.max(0, Math.min(cursor - width + 2, characters.length - width + 2))
  const before = characters.slice(first, cursor).join('')
  const under = characters[cursor] ?? ' '
  const after = characters.slice(cursor + 1, first + width - 1).join('')
  const [firstOfHint = ' ', ...restOfHint] = charactersOf(placeholder)
  if (!hasColor)
    return (
      <Text wrap="truncate-end">
        {before}|{text === '' ? placeholder : (characters[cursor] ?? '') + after}
      </Text>
    )
  return (
    <Text wrap="truncate-end">
      {before}
      <Text inverse>{text === '' ? firstOfHint : under}</Text>
      {text === '' ? <Text dimColor>{restOfHint.join('')}</Text> : after}
    </Text>
  )
}
