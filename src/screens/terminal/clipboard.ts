type Environment = Readonly<Record<string, string | undefined>>

/** Bytes of text that terminals take; xterm's sequences end at 100,000 characters, base64 included. */
export const LARGEST_BYTES = 74_994

/** GNU screen drops a string of control that is longer than 768 bytes (its MAXSTR). */
const SCREEN_PIECE = 500

/** Whether there may be a clipboard: neither a dumb terminal nor the Linux console has one. */
export function mayCopy(platform: NodeJS.Platform, {TERM}: Environment): boolean {
  if (TERM === 'dumb' || TERM === 'linux') return false
  return platform === 'win32' || (TERM !== undefined && TERM !== '' && TERM !== 'unknown')
}

/**
 * What has a terminal put text into the clipboard (xterm's OSC 52, "Manipulate Selection Data"); null for text that is
 * too long. It moves no cursor. A terminal that does not know it, or is not to heed it, ignores it without a word.
 *
 * tmux takes the sequence itself where its `set-clipboard` is `on`, and hands it on in a wrapping where
 * `allow-passthrough` is; which of the two is set is not to be seen from inside, so it gets both. GNU screen hands on
 * strings in pieces.
 */
export function copySequence(text: string, {TMUX, STY}: Environment): string | null {
  const bytes = Buffer.from(text)
  if (bytes.length > LARGEST_BYTES) return null
  const sequence = `\u001B]52;c;${bytes.toString('base64')}\u0007`
  if (TMUX) return `${sequence}\u001BPtmux;${sequence.replaceAll('\u001B', '\u001B\u001B')}\u001B\\`
  if (!STY) return sequence
  const pieces = sequence.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, 'g')) ?? []
  return pieces.map(piece => `\u001BP${piece}\u001B\\`).join('')
}
