/** The flag that says that there is a proxy. */
const USES_PROXY = 2

/**
 * The proxy that `netsh winhttp set proxy` has stored; null for direct access and for anything else. In 32-bit little
 * endian: the structure's version, a counter, flags; then the proxy's name with its length before it, in ASCII.
 *
 * @param hex the value's data as `reg query` prints REG_BINARY
 */
export function parseWinHttpSettings(hex: string): string | null {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return null
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  const view = new DataView(bytes.buffer)
  if (bytes.length < HEADER_BYTES) return null
  const flags = view.getUint32(8, true)
  const length = view.getUint32(12, true)
  if ((flags & USES_PROXY) === 0 || length === 0 || HEADER_BYTES + length > bytes.length) return null
  return String.fromCharCode(...bytes.subarray(HEADER_BYTES, HEADER_BYTES + length))
}

const HEADER_BYTES = 16
