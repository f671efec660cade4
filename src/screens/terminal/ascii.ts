/** What stands in for characters that a terminal lacks; one for one, so that no row becomes wider. */
const STAND_INS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['✔✓', '+'],
    ['✘✗', 'x'],
    ['⚠', '!'],
    ['❯›→▶◉', '>'],
    ['‹←', '<'],
    ['↑', '^'],
    ['↓', 'v'],
    ['…', '~'],
    ['·•', '*'],
    ['─┄–—', '-'],
    ['│┆', '|'],
    ['┌┐└┘├┤┬┴┼', '+'],
    ['█', '#'],
    ['░', '-'],
    ['☒', 'x'],
    ['☐', 'o'],
    ['“”', '"'],
    ['‘’', "'"],
    ['×', 'x'],
    [' ', ' '],
  ].flatMap(([characters = '', standIn = '']) => [...characters].map(character => [character, standIn])),
)

const BEYOND_ASCII = /[^\p{ASCII}]/gu

/** Text for a terminal that shows ASCII only: nothing that it might take for a control character is left. */
export function toAscii(text: string): string {
  return text.replace(BEYOND_ASCII, character => {
    const [letter = '?'] = character.normalize('NFD')
    return STAND_INS[character] ?? (letter < '\u0080' ? letter : '?')
  })
}
