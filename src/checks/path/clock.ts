import {serverDate} from '../../platform/network/http-date.ts'

/** AWS refuses requests that are signed by a clock further off, and certificates begin to fail. */
export const MAX_SKEW_MS = 5 * 60 * 1_000

/** How far this clock is ahead of a server's, in milliseconds; negative when it is behind, null when unknown. */
export function clockSkew(answer: {
  readonly headers: Readonly<Record<string, string>>
  readonly receivedAt: number
}): number | null {
  const date = serverDate(answer.headers)
  return date === null ? null : answer.receivedAt - date
}

export function isSkewed(skewMs: number | null): skewMs is number {
  return skewMs !== null && Math.abs(skewMs) > MAX_SKEW_MS
}

/** `7 minutes behind`, `3 days ahead`. */
export function describeSkew(skewMs: number): string {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 2_880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'} ${skewMs < 0 ? 'behind' : 'ahead'}`
}
