import {printableLine} from '../../lib/printable.ts'
import {wrap} from '../../lib/wrap.ts'
import type {Line} from '../ui/lines.ts'
import {markOf} from '../ui/theme.ts'

/** What is said: a sentence, a line as the screens have it, or a row that is already as wide as it is to be. */
export type Said = string | Line | {readonly row: string}

/**
 * Rows of the terminal for what is said: words for marks, labels with a colon, nothing aligned. Sentences are broken at
 * spaces, since a screen reader reads row by row; commands and URLs are left whole, to be copied.
 */
export function linearRows(said: readonly Said[], columns: number): readonly string[] {
  return said.flatMap(one => {
    if (typeof one === 'object' && 'row' in one) return [one.row]
    if (HUNK.test(typeof one === 'string' ? one : one.text)) return []
    if (typeof one === 'string') return wrap(one, columns)
    const text = sentence(one)
    return isCommand(one) ? [text] : wrap(text, columns)
  })
}

/** A hop of the path's picture: an arrow, which is for the eye, a name and a word for its state. */
const HOP = /^(?:\u2500\u2500[\u25b6\u2717?]|\u2504{3}|\u00b7{3}|--[>X?]|\. \.|\.\.\.) (.+?) {2,}/

/** Where a diff's lines are: nothing to hear. */
const HUNK = /^@@ .* @@$/

/** A digest, which takes a minute to read out; the full report has it. */
const DIGEST = /\b([0-9a-f]{8})[0-9a-f]{56,}\b/g

function sentence({text, mark, label, spoken = label}: Line): string {
  return [
    ...(mark === undefined ? [] : [`${markOf(mark).word}:`]),
    ...(spoken === undefined || spoken.trim() === '' ? [] : [`${spoken.trim()}:`]),
    printableLine(text).replace(HOP, '$1: ').replace(DIGEST, '$1… (all digits are in the full report)'),
  ]
    .join(' ')
    .trimEnd()
}

function isCommand({tone, label, command}: Line): boolean {
  return command !== undefined || tone === 'accent' || ['do', 'undo', 'test'].includes(label?.trim() ?? '')
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
