import {UPPER_HALVES} from './code-pages.ts'

/** Code pages that `TextDecoder` knows, by Windows' number. Source: WHATWG Encoding Standard, names and labels. */
const ENCODINGS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  ...Object.fromEntries(Array.from({length: 9}, (_, index) => [1250 + index, `windows-${1250 + index}`])),
}

/**
 * What a console program printed, as text. Its bytes are in the console's code page, or in UTF-8 where that has been
 * chosen; a byte that cannot be told becomes U+FFFD.
 *
 * @param bytes one character for each byte
 * @param codePage the console's code page; null: not known
 */
export function decodeConsole(bytes: string, codePage: number | null): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
  const data = Uint8Array.from(bytes, character => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(data)
  } catch {
    return decodeCodePage(bytes, data, codePage ?? 0)
  }
}

function decodeCodePage(bytes: string, data: Uint8Array, codePage: number): string {
  const encoding = ENCODINGS[codePage]
  if (encoding !== undefined) return new TextDecoder(encoding).decode(data)
  const upper = UPPER_HALVES[codePage] ?? ''
  return bytes.replace(/[\u0080-\u00ff]/g, byte => upper[byte.charCodeAt(0) - 0x80] ?? '\uFFFD')
}
