import {useStdout} from 'ink'
import {useState} from 'react'
import {printable} from '../../lib/printable.ts'
import {copySequence, mayCopy} from '../terminal/clipboard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import type {Line} from './lines.ts'
import {useShell} from './use-shell.ts'

/** Something on a screen that is worth copying. */
export type Copyable = {
  /** As in "Copied: the install command". */
  readonly what: string
  /** Without secrets. */
  readonly text: string
}

/** A terminal's kind does not change while the wizard runs. */
const hasClipboard = mayCopy(process.platform, process.env)

export type Copying = {
  readonly offered: boolean
  /** What became of it. */
  readonly note: Line | null
}

/** `c` copies what there is to copy, the most useful first; each further `c` copies the next. */
export function useCopy(copies: readonly Copyable[]): Copying {
  const {active} = useShell()
  const {stdout} = useStdout()
  const [copied, setCopied] = useState<string | null>(null)
  const offered = hasClipboard && copies.length > 0
  const at = copies.findIndex(({what}) => what === copied)
  useKeys(
    input => {
      const next = copies[(at + 1) % copies.length]
      if (input !== 'c' || next === undefined) return
      // Control characters of a rule's comment would be keys where the text is pasted.
      const sequence = copySequence(printable(next.text), process.env)
      if (sequence !== null) stdout.write(sequence)
      setCopied(next.what)
    },
    {isActive: active && offered},
  )
  return {offered, note: noteOn(copies, at)}
}

function noteOn(copies: readonly Copyable[], at: number): Line | null {
  const done = copies[at]
  if (done === undefined) return null
  if (copySequence(printable(done.text), {}) === null)
    return {text: `Not copied: ${done.what} is too long for a terminal's clipboard.`, tone: 'caution'}
  const next = copies[(at + 1) % copies.length]
  const more = next === undefined || next === done ? '' : ` c again copies ${next.what}.`
  return {text: `Copied where your terminal allows it: ${done.what}.${more}`, tone: 'good'}
}
