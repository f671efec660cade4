type Transfer = {
  readonly receivedBytes: number
  readonly totalBytes?: number | null
  readonly bytesPerSecond?: number
}

/** `12.0 MB of 64.0 MB, 8.1 MB/s, 6 s left`, as far as it is known. */
export function transferText({receivedBytes, totalBytes, bytesPerSecond}: Transfer): string {
  const known = totalBytes !== undefined && totalBytes !== null
  const amount = known ? `${megabytes(receivedBytes)} of ${megabytes(totalBytes)}` : megabytes(receivedBytes)
  if (!bytesPerSecond) return amount
  const rate = `${amount}, ${megabytes(bytesPerSecond)}/s`
  return known ? `${rate}, ${timeLeft((totalBytes - receivedBytes) / bytesPerSecond)} left` : rate
}

/** `████░░░░░░  40 %`, of so many cells; null while it is not known how much there is to come. */
export function transferBar(
  {receivedBytes, totalBytes}: Pick<Transfer, 'receivedBytes' | 'totalBytes'>,
  width: number,
  unicode: boolean,
): string | null {
  if (!totalBytes) return null
  const share = Math.max(0, Math.min(1, receivedBytes / totalBytes))
  const filled = Math.floor(share * width)
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-']
  return `${full.repeat(filled)}${empty.repeat(width - filled)} ${`${Math.floor(share * 100)}`.padStart(3)} %`
}

/** Bytes as megabytes (10⁶), with one decimal. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`
}
