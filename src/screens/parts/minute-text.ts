/** A moment, given as ISO 8601 in UTC, to the minute: `2026-07-01 03:00 UTC`. */
export function minuteText(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
