import {useInput, usePaste} from 'ink'
import {useRef, useState} from 'react'
import {printableLine} from '../../../lib/printable.ts'
import {type EditedLine, edit, insert, lineOf} from '../../terminal/line-editor.ts'
import {useKeys} from '../../terminal/use-keys.ts'
import {useShell} from '../use-shell.ts'

/** A search in a text or a list. */
export type Search = {
  /** What is searched for; null while nothing is. */
  readonly line: EditedLine | null
  /** Whether it is being typed: all other keys are letters then. */
  readonly typing: boolean
  /** How many times `n` has gone on, less how many times `N` has gone back, since it was typed. */
  readonly steps: number
  readonly clear: () => void
}

const EMPTY = lineOf('')

/** `/` begins a search, Enter ends its typing, `n` and `N` go to the next and the previous place, Esc clears it. */
export function useSearch(isActive = true): Search {
  const shell = useShell()
  const active = shell.active && isActive
  const [line, setLine] = useState<EditedLine | null>(null)
  const [typing, setTyping] = useState(false)
  const [steps, setSteps] = useState(0)
  // Two keys may come before the first is drawn: each edits what the one before it made.
  const latest = useRef<EditedLine>(EMPTY)
  const change = (next: EditedLine | null) => {
    if (next?.text !== latest.current.text) setSteps(0)
    latest.current = next ?? EMPTY
    setLine(next)
  }
  const clear = () => {
    setTyping(false)
    change(null)
  }
  useKeys(
    input => {
      if (input === '/') {
        change(EMPTY)
        setTyping(true)
      } else if (line !== null && input === 'n') setSteps(now => now + 1)
      else if (line !== null && input === 'N') setSteps(now => now - 1)
    },
    {isActive: active && !typing},
  )
  useInput(
    (input, key) => {
      if (key.escape) return clear()
      if (key.return) return latest.current.text === '' ? clear() : setTyping(false)
      const next = edit(latest.current, input, key)
      if (next !== null) change(next)
    },
    {isActive: active && typing},
  )
  usePaste(text => change(insert(latest.current, printableLine(text))), {isActive: active && typing})
  return {line, typing, steps, clear}
}
