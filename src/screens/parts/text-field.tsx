import {TextInput} from '@inkjs/ui'
import {Box, Text, usePaste} from 'ink'
import {useState} from 'react'
import {printableLine} from '../../report/printable.ts'
import {theme} from '../theme.ts'
import {useShell} from '../use-shell.ts'

type Props = {
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly isFocused: boolean
  readonly onChange: (value: string) => void
  readonly onSubmit: (value: string) => void
}

/** A labelled text field. A paste is appended as one line, so that its line ends submit nothing. */
export function TextField({label, value, placeholder, isFocused, onChange, onSubmit}: Props) {
  const {active} = useShell()
  const isTyping = isFocused && active
  // The input keeps its own text; another key makes it begin again with ours.
  const [generation, setGeneration] = useState(0)
  usePaste(
    text => {
      onChange(value + printableLine(text))
      setGeneration(now => now + 1)
    },
    {isActive: isTyping},
  )
  return (
    <Box flexDirection="column">
      <Text {...(isFocused ? theme.tone.accent : theme.tone.plain)} bold={isFocused} wrap="truncate-end">
        {label}
      </Text>
      <Box height={1} overflow="hidden" paddingLeft={2}>
        <TextInput
          key={generation}
          isDisabled={!isTyping}
          defaultValue={value}
          placeholder={placeholder}
          onChange={onChange}
          onSubmit={onSubmit}
        />
      </Box>
    </Box>
  )
}
