/** The three ways of writing rules; the first two in the form of `iptables-save`, the last as a script for `nft`. */
export const LANGUAGES = ['legacy', 'nft', 'native'] as const

export type Language = (typeof LANGUAGES)[number]

export type RuleSource = {readonly language: Language; readonly text: string}

/** A line of one of the sources, so that lines can be taken out of all of them together. */
export type SourceLine = {readonly language: Language; readonly text: string}

/** The lines of all sources, in order. */
export function linesOf(sources: readonly RuleSource[]): SourceLine[] {
  return sources.flatMap(({language, text}) =>
    text
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(line => ({language, text: line})),
  )
}

/** The sources that these lines make up, in the order in which they are loaded. */
export function sourcesOf(lines: readonly SourceLine[]): RuleSource[] {
  return LANGUAGES.map(language => ({
    language,
    text: lines
      .filter(line => line.language === language)
      .map(({text}) => `${text}\n`)
      .join(''),
  })).filter(({text}) => text !== '')
}
