import {Box, Text} from 'ink'
import {hasUnicode, theme} from './theme.ts'

/** A key and what it does here. */
export type KeyHint = readonly [key: string, does: string]

/** How a screen moves: what is in the explanation, since the row of keys has no room for it. */
export type Moves = keyof typeof MOVES

const PAGES: readonly KeyHint[] = [
  ['PgUp PgDn', 'a page up or down'],
  ['Home End', 'to the start or the end'],
]

const MOVES = {
  /** A list, in which j and k move. */
  list: [['↑↓ or j k', 'choose'], ...PAGES],
  /** A list beside a field, in which letters are typed. */
  'typed-list': PAGES,
  text: [['↑↓ or j k', 'scroll'], ...PAGES],
  /** A text where letters have other meanings. */
  'text-by-arrows': [['↑↓', 'scroll'], ...PAGES],
  /** A text above a choice. */
  'text-by-pages': [['PgUp PgDn', 'scroll the text']],
  /** A short choice. */
  choice: [['↑↓ or j k', 'choose']],
  field: [
    ['← →', 'move in the line'],
    ['Home End', 'to its start or its end; also Ctrl-A, Ctrl-E'],
    ['Ctrl-W', 'delete the word before the cursor'],
    ['Ctrl-U Ctrl-K', 'delete to the start, to the end'],
  ],
} as const satisfies Record<string, readonly KeyHint[]>

/** All keys of a screen, for its explanation. */
export function allKeys(shown: readonly KeyHint[], moves: readonly Moves[]): readonly KeyHint[] {
  const moving = moves.flatMap((kind): readonly KeyHint[] => MOVES[kind])
  const isTold = ([key]: KeyHint) => moving.some(([all]) => all === key || all.startsWith(`${key} `))
  return [...moving, ...shown.filter(hint => !isTold(hint))].map(([key, does]) => [nameOf(key), does])
}

function nameOf(key: string): string {
  if (hasUnicode) return key
  return Object.entries(KEY_NAMES).reduce((text, [arrows, name]) => text.replace(arrows, name), key)
}

const GAP = '   '

/** Keys by name, where the terminal has no arrows to show. */
const KEY_NAMES: Readonly<Record<string, string>> = {'↑↓': 'Up/Down', '→': 'Right', '←': 'Left'}

/** Puts as many hints on a row as fit; a hint is never broken. */
export function packHints(hints: readonly KeyHint[], columns: number): readonly (readonly KeyHint[])[] {
  const rows: KeyHint[][] = []
  let free = 0
  for (const [key, does] of hints) {
    const hint: KeyHint = [nameOf(key), does]
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
