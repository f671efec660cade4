import type {Key} from 'ink'
import {type Dispatch, type SetStateAction, useState} from 'react'
import {useKeys} from '../terminal/use-keys.ts'
import {useShell} from './use-shell.ts'

type Options = {
  readonly count: number
  /** Rows that the list has on the screen: a page. */
  readonly rows: number
  /** Whether j and k move, too; false where letters are typed. */
  readonly letters?: boolean
  readonly isActive?: boolean
}

/** The highlighted place in a list that scrolls, from 0, and how to put it elsewhere. */
export function useList({
  initial = 0,
  ...options
}: Options & {readonly initial?: number}): [number, Dispatch<SetStateAction<number>>] {
  const [index, setIndex] = useState(initial)
  useListKeys(setIndex, options)
  return [Math.max(0, Math.min(options.count - 1, index)), setIndex]
}

/**
 * The keys that move in a list. Home, End, Page Up and Page Down work, and the ends are ends: in a long list, wrapping
 * around loses the reader.
 */
export function useListKeys(
  setIndex: Dispatch<SetStateAction<number>>,
  {count, rows, letters = true, isActive = true}: Options,
): void {
  const {active} = useShell()
  const clamp = (place: number) => Math.max(0, Math.min(count - 1, place))
  useKeys((input, key) => setIndex(now => clamp(moved(clamp(now), letters ? input : '', key, count, rows))), {
    isActive: active && isActive,
  })
}

function moved(index: number, letter: string, key: Key, count: number, rows: number): number {
  if (key.upArrow || letter === 'k') return index - 1
  if (key.downArrow || letter === 'j') return index + 1
  if (key.pageUp) return index - Math.max(1, rows - 1)
  if (key.pageDown) return index + Math.max(1, rows - 1)
  if (key.home) return 0
  return key.end ? count - 1 : index
}

/** The first visible place, such that the highlighted one is in the middle where the ends allow it. */
export function windowStart(index: number, count: number, rows: number): number {
  return Math.max(0, Math.min(count - rows, index - Math.floor(rows / 2)))
}
