import type {Key} from 'ink'

/** A line of text that is typed, and the cursor's place in it, in characters as people count them. */
export type EditedLine = {readonly text: string; readonly cursor: number}

const SEGMENTER = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** The characters of a text as people count them: a letter with its accents is one. */
export function charactersOf(text: string): readonly string[] {
  return [...SEGMENTER.segment(text)].map(({segment}) => segment)
}

/** A line with the cursor behind its last character. */
export function lineOf(text: string): EditedLine {
  return {text, cursor: charactersOf(text).length}
}

/** Puts text where the cursor is. */
export function insert({text, cursor}: EditedLine, added: string): EditedLine {
  const characters = charactersOf(text)
  const before = characters.slice(0, cursor).join('') + added
  return {text: before + characters.slice(cursor).join(''), cursor: charactersOf(before).length}
}

/**
 * What a key does to a line, as in readline(3) in its Emacs mode: Home and Ctrl-A, End and Ctrl-E, ← and Ctrl-B, → and
 * Ctrl-F, Delete and Ctrl-D, Backspace, Ctrl-K, Ctrl-U, Ctrl-W. Null for a key that edits nothing.
 */
export function edit(line: EditedLine, input: string, key: Key): EditedLine | null {
  const characters = charactersOf(line.text)
  const {cursor} = line
  const control = key.ctrl ? input : null
  const at = (place: number): EditedLine => ({
    text: line.text,
    cursor: Math.max(0, Math.min(characters.length, place)),
  })
  const without = (from: number, to: number): EditedLine => ({
    text: [...characters.slice(0, from), ...characters.slice(to)].join(''),
    cursor: from,
  })
  if (key.home || control === 'a') return at(0)
  if (key.end || control === 'e') return at(characters.length)
  if (key.leftArrow || control === 'b') return at(cursor - 1)
  if (key.rightArrow || control === 'f') return at(cursor + 1)
  if (key.backspace) return without(Math.max(0, cursor - 1), cursor)
  if (key.delete || control === 'd') return without(cursor, cursor + 1)
  if (control === 'k') return without(cursor, characters.length)
  if (control === 'u') return without(0, cursor)
  if (control === 'w') return without(startOfWord(characters, cursor), cursor)
  const isText =
    input !== '' && !key.ctrl && !key.meta && !key.escape && !key.return && !key.tab && !isMove(key)
  return isText ? insert(line, input) : null
}

function isMove({upArrow, downArrow, pageUp, pageDown, hyper}: Key): boolean {
  return upArrow || downArrow || pageUp || pageDown || hyper
}

/** Where the word before the cursor begins: words are parted by blanks, as for unix-word-rubout. */
function startOfWord(characters: readonly string[], cursor: number): number {
  let at = cursor
  while (at > 0 && characters[at - 1] === ' ') at -= 1
  while (at > 0 && characters[at - 1] !== ' ') at -= 1
  return at
}
