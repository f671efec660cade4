/** One statement of a file for `nft -f`, or a brace that opens or closes a block. */
export type SourceItem = {
  readonly text: string
  /** Number from 1 of the line on which it begins. */
  readonly line: number
  /** Nothing but blanks is before it on that line. */
  readonly startsLine: boolean
}

/** What a brace opens a block after, by how many blocks it is in. Any other brace is that of a set in a rule. */
const OPENS_BLOCK: readonly RegExp[] = [
  /^(?:(?:add |create )?table (?:\S+ )?\S+|(?:add|create) (?:chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct \w+) .*)$/,
  /^(?:chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct \w+) \S+$/,
]

/**
 * Splits a file for `nft -f` into statements, and the braces of tables, chains and the like. Comments are left out; a
 * statement over several lines is one; blanks are single.
 * Source: nft(8), Lexical conventions.
 */
export function readSourceItems(source: string): readonly SourceItem[] {
  const items: SourceItem[] = []
  let text = ''
  let begun = {line: 1, startsLine: true}
  let line = 1
  let startsLine = true
  let blocks = 0
  let depth = 0
  const end = () => {
    if (text.trim() !== '') items.push({text: text.trim().replace(/\s+/g, ' '), ...begun})
    text = ''
  }
  for (const [token] of source.matchAll(/"[^"\n]*"|#[^\n]*|\\\n|\n|[;{}]|[^"#\\\n;{}]+|[\s\S]/g)) {
    const here = {line, startsLine}
    if (token.includes('\n')) line++
    if (token === '\n') startsLine = true
    else if (token.trim() !== '') startsLine = false
    const isBreak = token === '\n' || token === ';'
    if (token.startsWith('#')) continue
    if (token === '\\\n' || (depth > 0 && token === '\n')) text += ' '
    else if (isBreak) end()
    else if (token === '{' && depth === 0 && OPENS_BLOCK[blocks]?.test(text.trim().replace(/\s+/g, ' '))) {
      end()
      blocks++
      items.push({text: '{', ...here})
    } else if (token === '}' && depth === 0) {
      end()
      blocks--
      items.push({text: '}', ...here})
    } else {
      if (token === '{') depth++
      if (token === '}') depth--
      if (text.trim() === '' && token.trim() !== '') begun = here
      text += token
    }
  }
  end()
  return items
}
