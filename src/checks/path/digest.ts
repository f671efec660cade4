/** Nothing longer can be a digest with a file name. */
export const MAX_DIGEST_BYTES = 4 * 1024

/**
 * The SHA-512 in a hash object, in lower case; null when it holds none. AWS does not document the layout: a bare
 * digest, or a line as sha512sum(1) writes it (`digest  name`, `digest *name`).
 */
export function parseDigest(text: string): string | null {
  const match = /^\uFEFF?\s*([0-9a-f]{128})(?:[ \t]+\*?[^\s*][^\r\n]*)?\s*$/i.exec(text)
  return match?.[1]?.toLowerCase() ?? null
}
