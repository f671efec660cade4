import {Box, Text} from 'ink'
import {hasUnicode, theme} from '../theme.ts'

/** A key and what it does here. */
export type KeyHint = readonly [key: string, does: string]

const GAP = '   '

/** Keys by name, where the terminal has no arrows to show. */
const KEY_NAMES: Readonly<Record<string, string>> = {'↑↓': 'Up/Down', '→': 'Right', '←': 'Left'}

/** Puts as many hints on a row as fit; a hint is never broken. */
export function packHints(hints: readonly KeyHint[], columns: number): readonly (readonly KeyHint[])[] {
  const rows: KeyHint[][] = []
  let free = 0
  for (const [key, does] of hints) {
    const hint: KeyHint = [hasUnicode ? key : (KEY_NAMES[key] ?? key), does]
    const width = hint.join(' ').length
    const row = rows.at(-1)
    if (row !== undefined && free >= GAP.length + width) {
      row.push(hint)
      free -= GAP.length + width
    } else {
      rows.push([hint])
      free = columns - width
    }
  }
  return rows
}

export function KeyHelp({rows}: {readonly rows: readonly (readonly KeyHint[])[]}) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {rows.map(row => (
        <Text key={row.map(([key]) => key).join()} wrap="truncate-end">
          {row.map(([key, does], at) => (
            <Text key={key}>
              {at > 0 && GAP}
              <Text {...theme.tone.accent}>{key}</Text>
              <Text> {does}</Text>
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  )
}
