import {type Dispatch, type SetStateAction, useEffect, useState} from 'react'
import {useKeys} from '../../terminal/use-keys.ts'
import type {Line} from '../lines.ts'
import {useShell} from '../use-shell.ts'
import {findInLines, type Span} from './find-in-lines.ts'
import type {Search} from './use-search.ts'

/** What can be found of an item in a list. */
export type Searchable = {readonly title: string; readonly lines: readonly Line[]}

export type ListSearch = {
  /** The highlighted item among those found, from 0; -1 where it is none of them. */
  readonly current: number
  readonly count: number
  /** Where the text is in an item's title. */
  readonly inTitle: (place: number) => readonly Span[]
}

type Options = {
  readonly search: Search
  readonly items: readonly Searchable[]
  readonly index: number
  readonly setIndex: Dispatch<SetStateAction<number>>
  /** False while something else is shown: `n` and `N` are not for the list then. */
  readonly isActive: boolean
}

/**
 * Searches a list: titles, and the details that are only shown of the highlighted item. The first item found is
 * highlighted while the text is typed; then `n` and `N` go on from the highlighted one, around the ends.
 */
export function useListSearch({search, items, index, setIndex, isActive}: Options): ListSearch {
  const {active} = useShell()
  const {line, typing} = search
  const query = line?.text ?? ''
  // The search goes on from what was highlighted when it began.
  const [from, setFrom] = useState(0)
  if (line === null && from !== index) setFrom(index)
  const matches = items.map(({title, lines}) =>
    query === '' ? [] : findInLines([{text: title}, ...lines], Number.POSITIVE_INFINITY, query).matches,
  )
  const found = matches.flatMap((inItem, place) => (inItem.length > 0 ? [place] : []))
  const first = found.find(place => place >= from) ?? found[0] ?? null
  useEffect(() => {
    if (typing && first !== null) setIndex(first)
  }, [typing, first, setIndex])
  useKeys(
    input => {
      if (input === 'n') setIndex(now => found.find(place => place > now) ?? found[0] ?? now)
      else if (input === 'N') setIndex(now => found.findLast(place => place < now) ?? found.at(-1) ?? now)
    },
    {isActive: active && isActive && line !== null && !typing},
  )
  return {
    current: found.indexOf(index),
    count: found.length,
    inTitle: place =>
      (matches[place] ?? []).flatMap(({spans}) => spans.flatMap(({row, span}) => (row === 0 ? [span] : []))),
  }
}
