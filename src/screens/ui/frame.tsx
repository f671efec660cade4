import {Box, Text, useWindowSize} from 'ink'
import {type ReactNode, useEffect} from 'react'
import {allKeys, KeyHelp, type KeyHint, type Moves, packHints} from './key-help.tsx'
import {type Line, wrapLines} from './lines.ts'
import type {Search} from './search/use-search.ts'
import {TextLine} from './text-line.tsx'
import {theme} from './theme.ts'
import {type Copyable, useCopy} from './use-copy.ts'
import {useShell} from './use-shell.ts'

export type Room = {readonly columns: number; readonly rows: number}

/** Below this many rows a frame drops blank rows and explanations. */
const COMPACT_BELOW = 18

/** Below this many columns the title needs the room. */
const NARROW = 60

type Words = {
  /** What is asked or shown, and why it matters. Left out where the terminal is small. */
  readonly why?: string
  readonly keys: readonly KeyHint[]
  /** Whether letters are typed into a field, so that F1 explains rather than `?`. */
  readonly typing?: boolean
  /** How one moves here. */
  readonly moves?: readonly Moves[]
  /** What `c` copies, the most useful first. */
  readonly copies?: readonly Copyable[]
  /** The search that `/` begins. */
  readonly search?: Search
  /** False where this is itself an explanation. */
  readonly explained?: boolean
}

export type FrameLayout = Room & {
  readonly compact: boolean
  readonly why: readonly {readonly text: string}[]
  /** The question whether to leave, while it is open. */
  readonly asked: readonly Line[]
  /** What became of the last key, where that is not to be seen otherwise. */
  readonly note: readonly Line[]
  readonly keyRows: readonly (readonly KeyHint[])[]
  /** For the explanation. */
  readonly allKeys: readonly KeyHint[]
}

/**
 * How a screen's frame divides the terminal. `rows` is what is left for the body. One row of the terminal stays free: a
 * frame as tall as the terminal leaves stale rows behind on some consoles.
 */
export function useFrame({
  why,
  keys,
  typing = false,
  copies = [],
  moves = [],
  search,
  explained = true,
}: Words): FrameLayout {
  const {leaveQuestion} = useShell()
  const {columns, rows} = useWindowSize()
  const compact = rows < COMPACT_BELOW
  const whyLines = compact || why === undefined ? [] : wrapLines([{text: why}], columns)
  const copying = useCopy(search?.typing ? [] : copies)
  const shownKeys = search?.typing
    ? SEARCH_KEYS
    : [
        ...(search === undefined || search.line === null
          ? beforeLeaving(keys, [
              ...(search === undefined ? [] : [SEARCH]),
              ...(copying.offered ? [COPY] : []),
            ])
          : [...FOUND_KEYS, ...keys.filter(([key]) => !key.startsWith('Esc'))]),
        ...(explained ? [typing ? F1 : QUESTION_MARK] : []),
      ]
  const keyRows = packHints(leaveQuestion === null ? shownKeys : LEAVE_KEYS, columns)
  const note = copying.note === null || leaveQuestion !== null ? [] : wrapLines([copying.note], columns)
  const header = 2 + whyLines.length + (compact ? 0 : 1)
  const asked = leaveQuestion === null ? [] : wrapLines([{text: leaveQuestion, tone: 'caution'}], columns)
  const footer = keyRows.length + (compact ? 0 : 1) + asked.length + note.length
  return {
    columns,
    rows: Math.max(1, rows - 1 - header - footer),
    compact,
    why: whyLines,
    asked,
    note,
    keyRows,
    allKeys: allKeys(shownKeys, moves),
  }
}

/** Keys that lead away from a screen come last. */
function beforeLeaving(keys: readonly KeyHint[], more: readonly KeyHint[]): readonly KeyHint[] {
  const at = keys.findIndex(([key]) => key.startsWith('Esc') || key === 'q')
  return at === -1 ? [...keys, ...more] : keys.toSpliced(at, 0, ...more)
}

const LEAVE_KEYS: readonly KeyHint[] = [
  ['n', 'stay (default)'],
  ['y', 'leave'],
]

const SEARCH: KeyHint = ['/', 'search']

const SEARCH_KEYS: readonly KeyHint[] = [
  ['Enter', 'find'],
  ['Esc', 'cancel'],
  ['Ctrl-C', 'leave'],
]

const FOUND_KEYS: readonly KeyHint[] = [
  ['n / N', 'next / previous'],
  ['Esc', 'clear the search'],
]

const COPY: KeyHint = ['c', 'copy']

const QUESTION_MARK: KeyHint = ['?', 'help']

const F1: KeyHint = ['F1', 'help']

type FrameProps = {
  readonly title: string
  readonly layout: FrameLayout
  readonly children: ReactNode
}

/** Step, title, what was answered so far, the body, and the keys that work here. */
export function Frame({title, layout, children}: FrameProps) {
  const {step, knownSoFar, describeKeys} = useShell()
  const {columns, compact, why, asked, note, keyRows, allKeys: keys, rows} = layout
  useEffect(() => describeKeys?.(keys))
  return (
    <Box flexDirection="column">
      <Box height={1} gap={2}>
        {step !== null && (
          <Box flexShrink={0}>
            <Text>{columns < NARROW ? `${step.step}/${step.of}` : `Step ${step.step} of ${step.of}`}</Text>
          </Box>
        )}
        <Text {...theme.tone.accent} bold wrap="truncate-end">
          {title}
        </Text>
      </Box>
      <TextLine line={{text: knownSoFar(columns)}} />
      {why.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
      {!compact && <Text> </Text>}
      <Box flexDirection="column" maxHeight={rows} overflow="hidden">
        {children}
      </Box>
      {!compact && <Text> </Text>}
      {[...note, ...asked].map(line => (
        <TextLine key={line.text} line={line} />
      ))}
      <KeyHelp rows={keyRows} />
    </Box>
  )
}
