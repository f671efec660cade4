/**
 * A part of a word that varies. Slots of one name have the same text wherever they are in a step; so a rule that is
 * removed is the rule that was added.
 */
export type Slot = {
  readonly name: string
  /** Matches the whole text; without capturing groups, and in linear time: what is matched may be hostile. */
  readonly like: RegExp
  /** What the text stands for, where it is written with escapes; this is what slots of one name have in common. */
  readonly read?: (text: string) => string
  /** What the text, once read, has to be; any one of these. */
  readonly oneOf?: readonly Template[]
  /** The same, where no template says it. */
  readonly is?: (value: string, bound: Bound) => boolean
}

/** One word of a command: this very text; a slot; or text with slots in it. */
export type Word = string | Slot | Template

export type Template = {readonly kind: 'template'; readonly regex: RegExp; readonly slots: readonly Slot[]}

export type Words = readonly (Word | Part)[]

/** Words that may be left out; one of several sequences; a sequence that is the same wherever it is in a step. */
type Part =
  | {readonly kind: 'maybe'; readonly words: Words}
  | {readonly kind: 'either'; readonly choices: readonly Words[]}
  | {readonly kind: 'same'; readonly name: string; readonly words: Words}

/** The text of each slot and of each sequence that is the same; null for those in words that were left out. */
export type Bound = Readonly<Record<string, string | null>>

/** Longer than any word of a plan; a rule of nft has hundreds of characters. */
const MAX_WORD = 64 * 1024

export const slot = (name: string, like: RegExp, more: Pick<Slot, 'read' | 'oneOf' | 'is'> = {}): Slot => ({
  name,
  like,
  ...more,
})

export const maybe = (...words: Words): Part => ({kind: 'maybe', words})
export const either = (...choices: readonly Words[]): Part => ({kind: 'either', choices})
export const same = (name: string, ...words: Words): Part => ({kind: 'same', name, words})

/** Text with slots, and templates, in it. */
export function text(literals: TemplateStringsArray, ...parts: readonly (Slot | Template)[]): Template {
  const sources = parts.map(part => ('regex' in part ? sourceOf(part) : `(${part.like.source})`))
  const source = literals.map((literal, at) => `${escaped(literal)}${sources[at] ?? ''}`).join('')
  const slots = parts.flatMap(part => ('regex' in part ? part.slots : [part]))
  return {kind: 'template', regex: whole(source), slots}
}

/** One of several texts; the slots of those that it is not are left out. */
export function oneText(...choices: readonly Template[]): Template {
  const source = choices.map(sourceOf).join('|')
  return {kind: 'template', regex: whole(`(?:${source})`), slots: choices.flatMap(({slots}) => slots)}
}

/** A text that may be left out. */
export function maybeText(part: Template): Template {
  return {...part, regex: whole(`(?:${sourceOf(part)})?`)}
}

const whole = (source: string) => new RegExp(`^(?:${source})$`)
const sourceOf = ({regex}: Template) => regex.source.slice('^(?:'.length, -')$'.length)
const escaped = (literal: string) => literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** @returns what the slots are bound to, or null where the command has another form */
export function matchCommand(words: Words, command: readonly string[], bound: Bound): Bound | null {
  if (command.some(word => word.length > MAX_WORD)) return null
  for (const {at, bound: found} of sequences(words, command, 0, bound)) {
    if (at === command.length) return found
  }
  return null
}

/** @returns what the slots are bound to, or null for another text */
export function matchText(word: Word, value: string, bound: Bound): Bound | null {
  if (typeof word === 'string') return word === value ? bound : null
  if (value.length > MAX_WORD) return null
  const slots = 'regex' in word ? word.slots : [word]
  const found = ('regex' in word ? word.regex : whole(`(${word.like.source})`)).exec(value)
  return found && bindAll(slots, found.slice(1), bound)
}

type Reached = {readonly at: number; readonly bound: Bound}

function* sequences(
  words: Words,
  command: readonly string[],
  at: number,
  bound: Bound,
): Generator<Reached, void> {
  const [first, ...rest] = words
  if (first === undefined) {
    yield {at, bound}
    return
  }
  for (const reached of partAt(first, command, at, bound)) {
    yield* sequences(rest, command, reached.at, reached.bound)
  }
}

function* partAt(
  part: Word | Part,
  command: readonly string[],
  at: number,
  bound: Bound,
): Generator<Reached, void> {
  if (typeof part === 'string' || !('kind' in part) || part.kind === 'template') {
    const word = command[at]
    const found = word === undefined ? null : matchText(part, word, bound)
    if (found) yield {at: at + 1, bound: found}
    return
  }
  switch (part.kind) {
    case 'maybe': {
      yield* sequences(part.words, command, at, bound)
      const without = bindNone(slotsOf(part.words), bound)
      if (without) yield {at, bound: without}
      return
    }
    case 'either':
      for (const choice of part.choices) yield* sequences(choice, command, at, bound)
      return
    case 'same':
      for (const reached of sequences(part.words, command, at, bound)) {
        const found = bind(part.name, JSON.stringify(command.slice(at, reached.at)), reached.bound)
        if (found) yield {at: reached.at, bound: found}
      }
  }
}

function slotsOf(words: Words): readonly Slot[] {
  return words.flatMap((part): readonly Slot[] => {
    if (typeof part === 'string') return []
    if (!('kind' in part)) return [part]
    if (part.kind === 'template') return part.slots
    return part.kind === 'either' ? part.choices.flatMap(slotsOf) : slotsOf(part.words)
  })
}

/** @param values undefined for a slot in a text that was left out */
function bindAll(
  slots: readonly Slot[],
  values: readonly (string | undefined)[],
  bound: Bound,
): Bound | null {
  let result: Bound | null = bound
  for (const [index, {name, read, oneOf, is}] of slots.entries()) {
    const value = values[index]
    if (value === undefined) continue
    const meant = read?.(value) ?? value
    result = result && bind(name, meant, result)
    if (result && oneOf) result = firstOf(oneOf, meant, result)
    if (result && is && !is(meant, result)) return null
  }
  return result
}

/** So that a part which one command of a step leaves out is left out in all of them. */
function bindNone(slots: readonly Slot[], bound: Bound): Bound | null {
  return slots.reduce<Bound | null>((result, {name}) => result && bind(name, null, result), bound)
}

function firstOf(choices: readonly Template[], value: string, bound: Bound): Bound | null {
  for (const choice of choices) {
    const found = matchText(choice, value, bound)
    if (found) return found
  }
  return null
}

function bind(name: string, value: string | null, bound: Bound): Bound | null {
  if (!(name in bound)) return {...bound, [name]: value}
  return bound[name] === value ? bound : null
}
