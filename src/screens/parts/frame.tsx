import {Box, Text, useWindowSize} from 'ink'
import type {ReactNode} from 'react'
import {stepNumber} from '../route.ts'
import {theme} from '../theme.ts'
import {useWizard} from '../use-wizard.ts'
import {answersSoFar, leaveQuestion} from './frame-words.ts'
import {KeyHelp, type KeyHint, packHints} from './key-help.tsx'
import {wrapLines} from './lines.ts'
import {TextLine} from './text-line.tsx'

export type Room = {readonly columns: number; readonly rows: number}

/** Below this many rows a frame drops blank rows and explanations. */
const COMPACT_BELOW = 18

/** Below this many columns the title needs the room. */
const NARROW = 60

type Words = {
  /** What is asked or shown, and why it matters. Left out where the terminal is small. */
  readonly why?: string
  readonly keys: readonly KeyHint[]
}

export type FrameLayout = Room & {
  readonly compact: boolean
  readonly why: readonly {readonly text: string}[]
  readonly keyRows: readonly (readonly KeyHint[])[]
}

/**
 * How a screen's frame divides the terminal. `rows` is what is left for the body. One row of the terminal stays free: a
 * frame as tall as the terminal leaves stale rows behind on some consoles.
 */
export function useFrame({why, keys}: Words): FrameLayout {
  const {state} = useWizard()
  const {columns, rows} = useWindowSize()
  const compact = rows < COMPACT_BELOW
  const whyLines = compact || why === undefined ? [] : wrapLines([{text: why}], columns)
  const keyRows = packHints(state.leaving ? LEAVE_KEYS : keys, columns)
  const header = 2 + whyLines.length + (compact ? 0 : 1)
  const footer = keyRows.length + (compact ? 0 : 1) + (state.leaving ? 1 : 0)
  return {columns, rows: Math.max(1, rows - 1 - header - footer), compact, why: whyLines, keyRows}
}

const LEAVE_KEYS: readonly KeyHint[] = [
  ['n', 'stay (default)'],
  ['y', 'leave'],
]

type FrameProps = {
  readonly title: string
  readonly layout: FrameLayout
  readonly children: ReactNode
}

/** Step, title, what was answered so far, the body, and the keys that work here. */
export function Frame({title, layout, children}: FrameProps) {
  const {state} = useWizard()
  const {columns, compact, why, keyRows, rows} = layout
  const number = stepNumber(state)
  return (
    <Box flexDirection="column">
      <Box height={1} gap={2}>
        {number !== null && (
          <Box flexShrink={0}>
            <Text {...theme.tone.muted}>
              {columns < NARROW ? `${number.step}/${number.of}` : `Step ${number.step} of ${number.of}`}
            </Text>
          </Box>
        )}
        <Text {...theme.tone.accent} bold wrap="truncate-end">
          {title}
        </Text>
      </Box>
      <TextLine line={{text: answersSoFar(state), tone: 'muted'}} />
      {why.map(line => (
        <TextLine key={line.text} line={line} />
      ))}
      {!compact && <Text> </Text>}
      <Box flexDirection="column" maxHeight={rows} overflow="hidden">
        {children}
      </Box>
      {!compact && <Text> </Text>}
      {state.leaving && <TextLine line={{text: leaveQuestion(state), tone: 'caution'}} />}
      <KeyHelp rows={keyRows} />
    </Box>
  )
}
