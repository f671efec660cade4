/** A server's clock by its `Date` header, milliseconds since epoch; null without a readable one (RFC 9110 5.6.7). */
export function serverDate(headers: Readonly<Record<string, string>>): number | null {
  const time = Date.parse(headers.date ?? '')
  return Number.isNaN(time) ? null : time
}
