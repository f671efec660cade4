import {type Dispatch, type SetStateAction, useState} from 'react'
import {useKeys} from '../terminal/use-keys.ts'
import {lastOffset} from './text-window.tsx'
import {useShell} from './use-shell.ts'

type Options = {
  readonly lines: number
  readonly rows: number
  /** Whether ↑ and ↓ scroll too, where no list wants them. */
  readonly arrows?: boolean
  /** Whether j and k scroll like ↓ and ↑; false where k means something else. */
  readonly letters?: boolean
  readonly isActive?: boolean
}

/** Where a text window is, from 0. Page Up and Page Down scroll by a window's height. */
export function useScroll(options: Options): number {
  return useScrollTo(options)[0]
}

/** The same, and how to put it elsewhere. */
export function useScrollTo({
  lines,
  rows,
  arrows = false,
  letters = true,
  isActive = true,
}: Options): [number, Dispatch<SetStateAction<number>>] {
  const {active} = useShell()
  const [offset, setOffset] = useState(0)
  const last = lastOffset(lines, rows)
  const clamp = (place: number) => Math.max(0, Math.min(last, place))
  const by = (step: number) => setOffset(now => clamp(clamp(now) + step))
  const page = Math.max(1, rows - 1)
  useKeys(
    (typed, key) => {
      const input = letters ? typed : ''
      if (arrows && key.home) setOffset(0)
      else if (arrows && key.end) setOffset(last)
      else if (key.pageDown) by(page)
      else if (key.pageUp) by(-page)
      else if (arrows && (key.downArrow || input === 'j')) by(1)
      else if (arrows && (key.upArrow || input === 'k')) by(-1)
    },
    {isActive: active && isActive},
  )
  return [clamp(offset), setOffset]
}
