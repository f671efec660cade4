import {splitWords, type Word} from './words.ts'

/** One option of a rule: `! --dports 80,443` is `{name: '--dports', values: ['80,443'], negated: true}`. */
export type Option = {
  readonly name: string
  readonly values: readonly string[]
  readonly negated: boolean
}

/** A match or target extension and its options. */
export type Extension = {readonly name: string; readonly options: readonly Option[]}

/** A rule taken apart, before anything in it is interpreted. */
export type RuleSpec = {
  /** `-s`, `-d`, `-i`, `-o`, `-p`, `-f`, under their short names. */
  readonly core: readonly Option[]
  readonly matches: readonly Extension[]
  readonly target: (Extension & {readonly goto: boolean}) | null
}

type Draft = {name: string; options: Option[]}

const CORE: Readonly<Record<string, string>> = {
  '-s': '-s',
  '--source': '-s',
  '--src': '-s',
  '-d': '-d',
  '--destination': '-d',
  '--dst': '-d',
  '-i': '-i',
  '--in-interface': '-i',
  '-o': '-o',
  '--out-interface': '-o',
  '-p': '-p',
  '--protocol': '-p',
  '--proto': '-p',
  '-f': '-f',
  '--fragment': '-f',
  '-c': '-c',
  '--set-counters': '-c',
}

const TCP_OPTIONS = new Set([
  '--sport',
  '--source-port',
  '--dport',
  '--destination-port',
  '--tcp-flags',
  '--syn',
  '--tcp-option',
])

const HAS_PORTS = new Set(['tcp', 'udp', 'udplite', 'sctp', 'dccp'])

/** Options whose value may begin with a dash. */
const FREE_TEXT = new Set([
  '--comment',
  '--string',
  '--hex-string',
  '--log-prefix',
  '--nflog-prefix',
  '--ulog-prefix',
])

/** Takes a rule's text (`-A CHAIN …`) apart; null when its quoting or its shape cannot be read. */
export function parseRuleSpec(text: string): RuleSpec | null {
  const words = splitWords(text)
  if (!words) return null
  return new SpecReader(words).read()
}

class SpecReader {
  readonly #words: readonly Word[]
  readonly #core: Option[] = []
  readonly #matches: Draft[] = []
  #implicit: Draft | null = null
  #current: Draft | null = null
  #target: (Draft & {goto: boolean}) | null = null
  #at = 2

  constructor(words: readonly Word[]) {
    this.#words = words
  }

  read(): RuleSpec | null {
    while (this.#at < this.#words.length) {
      const negated = this.#takeBang()
      const word = this.#words[this.#at++]
      if (!word || word.quoted || !word.text.startsWith('-')) return null
      if (!this.#readOption(word.text, negated)) return null
    }
    const matches = this.#implicit?.options.length ? [this.#implicit, ...this.#matches] : this.#matches
    return {core: this.#core, matches, target: this.#target}
  }

  #readOption(name: string, negated: boolean): boolean {
    if (name === '-m' || name === '--match') return this.#openMatch(this.#words[this.#at++]?.text)
    if (name === '-j' || name === '--jump') return this.#openTarget(this.#words[this.#at++]?.text, false)
    if (name === '-g' || name === '--goto') return this.#openTarget(this.#words[this.#at++]?.text, true)
    const core = CORE[name]
    const option = this.#takeValues(core ?? name, negated)
    if (core === undefined) return this.#assign(option)
    this.#core.push(option)
    if (core === '-p') {
      this.#implicit = {name: option.values[0] ?? '', options: []}
      if (this.#current === this.#target) this.#current = this.#implicit
    }
    return true
  }

  #openMatch(name: string | undefined): boolean {
    if (name === undefined) return false
    const draft = {name, options: []}
    this.#matches.push(draft)
    this.#current = draft
    return true
  }

  #openTarget(name: string | undefined, goto: boolean): boolean {
    if (name === undefined || this.#target) return false
    this.#target = {name, options: [], goto}
    this.#current = this.#target
    return true
  }

  #assign(option: Option): boolean {
    const current = this.#current ?? this.#implicit
    const foreign = TCP_OPTIONS.has(option.name) && (!current || !HAS_PORTS.has(current.name))
    const owner = foreign
      ? (this.#matches.findLast(match => HAS_PORTS.has(match.name)) ?? this.#implicit)
      : current
    if (!owner) return false
    owner.options.push(option)
    return true
  }

  #takeBang(): boolean {
    const word = this.#words[this.#at]
    if (word?.text !== '!' || word.quoted) return false
    this.#at++
    return true
  }

  #takeValues(name: string, negatedBefore: boolean): Option {
    const negatedInside = this.#takeInnerBang()
    const values: string[] = []
    for (let word = this.#words[this.#at]; word; word = this.#words[this.#at]) {
      const first = values.length === 0 && FREE_TEXT.has(name)
      if (!first && !word.quoted && (word.text.startsWith('-') || word.text === '!')) break
      values.push(word.text)
      this.#at++
    }
    return {name, values, negated: negatedBefore !== negatedInside}
  }

  /** The old style `-d ! address`: here the word after the bang is a value, not an option. */
  #takeInnerBang(): boolean {
    const word = this.#words[this.#at + 1]
    if (!word || (!word.quoted && word.text.startsWith('-'))) return false
    return this.#takeBang()
  }
}
