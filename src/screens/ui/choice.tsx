import {Box, Text} from 'ink'
import SelectInput from 'ink-select-input'
import {glyphs, theme} from './theme.ts'
import {useShell} from './use-shell.ts'

export type ChoiceItem<Value extends string> = {readonly label: string; readonly value: Value}

type Props<Value extends string> = {
  /** The first is the default. */
  readonly items: readonly ChoiceItem<Value>[]
  readonly onSelect: (value: Value) => void
  /** False while keys are typed into something else. */
  readonly isActive?: boolean
}

/** A short, fixed choice. ↑ and ↓ or j and k move, Enter takes, a digit takes at once. */
export function Choice<Value extends string>({items, onSelect, isActive = true}: Props<Value>) {
  const {active} = useShell()
  return (
    <SelectInput
      items={items.map(({label, value}, at) => ({label: at === 0 ? `${label} (default)` : label, value}))}
      isFocused={active && isActive}
      indicatorComponent={Pointer}
      itemComponent={Item}
      onSelect={({value}) => onSelect(value)}
    />
  )
}

function Pointer({isSelected = false}: {readonly isSelected?: boolean}) {
  return (
    <Box marginRight={1} flexShrink={0}>
      <Text {...theme.tone.accent}>{isSelected ? glyphs.pointer : ' '}</Text>
    </Box>
  )
}

function Item({isSelected = false, label}: {readonly isSelected?: boolean; readonly label: string}) {
  return (
    <Text {...(isSelected ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
      {label}
    </Text>
  )
}
