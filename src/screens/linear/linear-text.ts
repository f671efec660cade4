import {printableLine} from '../../report/printable.ts'
import type {Line} from '../parts/lines.ts'
import {markOf} from '../theme.ts'

/** Lines as whole sentences: words for marks, labels with a colon, nothing aligned. */
export function linearText(lines: readonly Line[]): readonly string[] {
  return lines.map(({text, label, mark}) =>
    [
      ...(mark === undefined ? [] : [`${markOf(mark).word}:`]),
      ...(label === undefined || label.trim() === '' ? [] : [`${label.trim()}:`]),
      printableLine(text),
    ]
      .join(' ')
      .trimEnd(),
  )
}

/** Numbers to choose by, from 1. */
export function numbered(labels: readonly string[]): readonly string[] {
  return labels.map((label, at) => `${at + 1}. ${label}`)
}

/** The place in a list that a number names; null where it names none. */
export function placeOf(text: string, count: number): number | null {
  if (!/^\d{1,4}$/.test(text)) return null
  const place = Number(text) - 1
  return place >= 0 && place < count ? place : null
}
