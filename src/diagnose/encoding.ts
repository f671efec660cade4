export type Encoding = 'gzip' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary'

/** In which an encoding is recognized, in bytes. */
export const SAMPLE = 4 * 1024

/** Of a sample; more of what no text has is another kind of file. A text in an old code page has less. */
const TOO_MUCH = 0.3

/**
 * What the beginning of a file is: gzip (RFC 1952), UTF-16 with a byte order mark or as it shows in its zero bytes, as
 * PowerShell writes it, or UTF-8.
 */
export function encodingOf(sample: Buffer): Encoding {
  const [first, second, third] = sample
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const half = sample.length / 2
  if (odd > half * 0.6 && even < half * 0.1) return 'utf-16le'
  if (even > half * 0.6 && odd < half * 0.1) return 'utf-16be'
  const text = sample.toString('utf8')
  const strange = text.match(/(?:(?!\s)\p{Cc})|\ufffd/gu)?.length ?? 0
  return strange > text.length * TOO_MUCH ? 'binary' : 'utf-8'
}
