export type Token = {
  readonly text: string
  /** It was written in quotes. */
  readonly quoted: boolean
}

/** The text does not have the form that was expected: whatever was being read is not understood. */
export class NotUnderstood extends Error {}

/** nft adds it to the values of a set whose type it has forgotten, as in one of `ct reply proto-src`. */
const OF_NO_TYPE = ' [invalid type]'

/** Splits a line of `nft list` at blanks and commas that end a word; null when a quote is left open. */
export function tokenize(line: string): Token[] | null {
  const tokens: Token[] = []
  const pattern = /\s*(?:"([^"]*)"|([^\s"]+(?: \[invalid type\][^\s"]*)*))/y
  let at = 0
  while (at < line.length) {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (!match) return line.slice(at).trim() === '' ? tokens : null
    at = pattern.lastIndex
    const [, inQuotes, word] = match
    if (inQuotes !== undefined) tokens.push({text: inQuotes, quoted: true})
    else if (word !== undefined) addWord(tokens, word.replaceAll(OF_NO_TYPE, ''))
  }
  return tokens
}

function addWord(tokens: Token[], word: string): void {
  const plain = word.replace(/[,;]$/, '')
  if (plain !== '') tokens.push({text: plain, quoted: false})
  if (plain !== word) tokens.push({text: word.slice(-1), quoted: false})
}

/** Reads tokens one after the other. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** The word that is next, or the one after `ahead` more; empty for a quoted one and at the end. */
  peek(ahead = 0): string {
    const token = this.#tokens[this.#at + ahead]
    return token && !token.quoted ? token.text : ''
  }

  /** @throws NotUnderstood at the end. */
  take(): Token {
    const token = this.#tokens[this.#at]
    if (!token) throw new NotUnderstood()
    this.#at++
    return token
  }

  /** Takes the next word if it is this one. */
  skip(word: string): boolean {
    if (this.peek() !== word) return false
    this.#at++
    return true
  }

  /** @throws NotUnderstood when the next word is another one. */
  expect(word: string): void {
    if (!this.skip(word)) throw new NotUnderstood()
  }

  /** @throws NotUnderstood unless the next token is a plain word. */
  word(): string {
    const {text, quoted} = this.take()
    if (quoted) throw new NotUnderstood()
    return text
  }
}
