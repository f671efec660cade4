/** What Esc is handed on as: the Kitty protocol's spelling, which no parser has to wait on for a possible next byte. */
export const ESCAPE_KEY = '\u001B[27u'

/**
 * What F1 is handed on as: with the Hyper modifier, by the Kitty protocol. Ink reports modifiers but no function
 * key, text fields take no text from it, and no keyboard in use sends it.
 */
export const F1_KEY = '\u001B[57364;17u'

/** F1 as terminals send it (terminfo, kf1): xterm, rxvt and VT220, the Linux console, kitty. */
const F1_SEQUENCES = ['OP', '[11~', '[[A', '[P']

/** Ctrl-Z, which the terminal itself would heed outside raw mode. */
export const SUSPEND_KEY = '\u001A'

export const PASTE_START = '\u001B[200~'
export const PASTE_END = '\u001B[201~'

export type SplitKeys = {
  /** Complete keys, each as one string; a bracketed paste is one key, its markers included. */
  readonly keys: readonly string[]
  /** The beginning of a key whose end has not arrived; goes before the next chunk. */
  readonly rest: string
}

/** What follows Esc in a control sequence (ECMA-48 5.4; the Linux console has a second bracket) or an SS3 key. */
const SEQUENCE = /^(?:\[\[?[0-?]*[ -/]*|O[0-9;]*)[@-Z\\-~]/
const UNFINISHED_SEQUENCE = /^(?:\[\[?[0-?]*[ -/]*|O[0-9;]*)?$/
const CARRIAGE_RETURN = '\r'
/** Ctrl-A, B, D, E, F, K, U, W: what a shell's command line takes for editing. */
const EDITING_KEYS = ['\u0001', '\u0002', '\u0004', '\u0005', '\u0006', '\u000B', '\u0015', '\u0017']
const USEFUL_CONTROLS = [CARRIAGE_RETURN, '\t', '\b', '\u007F', '\u0003', SUSPEND_KEY, ...EDITING_KEYS]

/**
 * Cuts terminal input into keys (ECMA-48 control sequences, SS3 keys, bracketed paste, single characters).
 * Nothing here is bound to Alt, so Esc and a character that arrive together are two keys; Alt-Backspace is a
 * Backspace. A line feed is Enter. Control characters without a meaning in the wizard are dropped, since a text
 * field would take them for letters.
 */
export function splitKeys(input: string): SplitKeys {
  const keys: string[] = []
  let at = 0
  while (at < input.length) {
    const next = takeKey(input.slice(at))
    if (next === 'unfinished') return {keys, rest: input.slice(at)}
    if (next.key !== null) keys.push(next.key)
    at += next.length
  }
  return {keys, rest: ''}
}

type Taken = {readonly key: string | null; readonly length: number}

function takeKey(input: string): Taken | 'unfinished' {
  if (input.startsWith('\u001B')) return takeEscape(input)
  if (input.startsWith('\r\n')) return {key: CARRIAGE_RETURN, length: 2}
  const key = String.fromCodePoint(input.codePointAt(0) ?? 0)
  if (key === '\n') return {key: CARRIAGE_RETURN, length: 1}
  const meaningless = (key < ' ' || key === '\u007F') && !USEFUL_CONTROLS.includes(key)
  return {key: meaningless ? null : key, length: key.length}
}

function takeEscape(input: string): Taken | 'unfinished' {
  if (input.startsWith(PASTE_START)) {
    const end = input.indexOf(PASTE_END)
    if (end === -1) return 'unfinished'
    return {key: input.slice(0, end + PASTE_END.length), length: end + PASTE_END.length}
  }
  const after = input.slice(1)
  const sequence = SEQUENCE.exec(after)?.[0]
  if (sequence !== undefined) {
    const key = F1_SEQUENCES.includes(sequence) ? F1_KEY : `\u001B${sequence}`
    return {key, length: 1 + sequence.length}
  }
  if (UNFINISHED_SEQUENCE.test(after)) return 'unfinished'
  if (input[1] === '\u007F' || input[1] === '\b') return {key: '\u007F', length: 2}
  return {key: ESCAPE_KEY, length: 1}
}
