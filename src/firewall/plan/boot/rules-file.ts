import {createHash} from 'node:crypto'

/** A rule that has to be in its chain after every boot. */
export type BootRule = BootChain & {
  /** Absolute path of the `iptables`, or of the `nft`, that adds it. */
  readonly program: string
  readonly before: Anchor
  /** The comment of the rule, which no other has. */
  readonly mark: string
  /** The rule as words of an argv of `iptables`, behind the chain; for nft one word, with its comment. */
  readonly words: readonly string[]
}

/** Where: in a chain of iptables, or in one of nf_tables, which has a family. */
type BootChain = {
  readonly kind: 'iptables' | 'nft'
  readonly family: string | null
  readonly table: string
  readonly chain: string
}

/**
 * What the rule goes before: a rule, as `iptables -S` prints it behind `-A CHAIN`, or as `nft -s list chain` does; the
 * policy of the chain; or what cannot be told by a text of one line.
 */
export type Anchor = {readonly kind: 'rule'; readonly text: string} | {readonly kind: 'policy' | 'unknown'}

/** The first line of every file. Count it up when the form of the lines changes. */
export const FORM_LINE = 'drs-onboard boot rules 1'

/**
 * What the boot program reads: one word a line behind the name of what it is, so that nothing has to be quoted.
 * @throws RangeError for a word that would not stay on its line
 */
export function rulesFile(
  remedyId: string,
  rules: readonly BootRule[],
): {
  readonly text: string
  /** Its last line, which says that the file is whole and what is in it. */
  readonly digest: string
} {
  const lines = [FORM_LINE, `remedy ${remedyId}`, ...rules.flatMap(linesOf)]
  const broken = lines.find(line => !/^[^\n\0]+$/.test(line))
  if (broken !== undefined) throw new RangeError(`not a line: ${JSON.stringify(broken)}`)
  const text = `${lines.join('\n')}\n`
  const digest = `digest ${digestOf(text)}`
  return {text: `${text}${digest}\n`, digest}
}

function linesOf({kind, program, family, table, chain, before, mark, words}: BootRule): readonly string[] {
  return [
    `${kind} ${program}`,
    ...(family === null ? [] : [`family ${family}`]),
    `table ${table}`,
    `chain ${chain}`,
    `before ${before.kind === 'rule' ? `rule ${before.text}` : before.kind}`,
    `mark ${mark}`,
    ...words.map(word => `word ${word}`),
    'add',
  ]
}

/** SHA-256, in hexadecimal. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * The rule of a listing as an anchor. One that goes on over several lines, as a comment of somebody else's may have it, is
 * unknown, and so is one that is known by its JSON alone.
 */
export function ruleAnchor(text: string | undefined): Anchor {
  const isLine = text !== undefined && /^[^\n\r\0\uFFFD]+$/.test(text) && hasWholeQuotes(text)
  return isLine ? {kind: 'rule', text} : {kind: 'unknown'}
}

/** iptables escapes quotes within quotes; nft has none there. */
function hasWholeQuotes(text: string): boolean {
  return (text.replace(/\\[\\"]/g, '').split('"').length - 1) % 2 === 0
}
