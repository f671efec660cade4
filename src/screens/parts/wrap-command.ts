import type {Shell} from '../../contract/command-line.ts'

/** One row of a command; `joined` where the row goes on in the middle of a word, so that no blank may stand before it. */
export type CommandRow = {readonly text: string; readonly joined: boolean}

/** A word as `commandLine` writes it: parts in quotes and escaped characters hold no end of it. */
const WORD = /(?:\\.|'[^']*'|"[^"]*"|\S)+/gu

/**
 * Breaks a command into rows that do the same when they are pasted together: every row but the last ends in the
 * shell's line continuation. PowerShell has none inside a word, so that a longer word stays whole.
 * Source: POSIX.1-2024, Shell Command Language, 2.2.1; about_Parsing (PowerShell), "Line continuation".
 */
export function wrapCommand(command: string, width: number, shell: Shell): readonly CommandRow[] {
  if (command.length <= width) return [{text: command, joined: false}]
  const rows: CommandRow[] = []
  let row: CommandRow = {text: '', joined: false}
  const room = Math.max(4, width - 2)
  for (const word of command.match(WORD) ?? []) {
    const gap = row.text === '' ? '' : ' '
    if (row.text.length + gap.length + word.length <= room) {
      row = {...row, text: row.text + gap + word}
      continue
    }
    if (row.text !== '') rows.push({...row, text: `${row.text} ${shell === 'posix' ? '\\' : '`'}`})
    const pieces = shell === 'posix' && word.length > room ? breakWord(word, room) : [word]
    for (const [at, piece] of pieces.slice(0, -1).entries()) {
      rows.push({text: `${piece}\\`, joined: at > 0})
    }
    row = {text: pieces.at(-1) ?? '', joined: pieces.length > 1}
  }
  return [...rows, row]
}

/** A backslash before a line end joins the rows, except in single quotes: those are closed and opened again. */
function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  let quoted = false
  for (const [character] of word.matchAll(/\\.|./gsu)) {
    if (piece.length + character.length + 1 > width) {
      pieces.push(quoted ? `${piece}'` : piece)
      piece = quoted ? "'" : ''
    }
    piece += character
    if (character === "'") quoted = !quoted
  }
  return [...pieces, piece]
}
