/**
 * The least a download has to bring on average over a window, in bytes a second: 131 kbit/s, an eighth of a satellite
 * link of 1 Mbit/s. What is slower could not replicate a server either; and a byte now and then is no download.
 */
export const LEAST_BYTES_PER_SECOND = 16 * 1024

/** In which a whole object has to come, in milliseconds: 1 GiB at 1 Mbit/s takes 2.4 hours. */
export const LONGEST_MS = 3 * 60 * 60 * 1_000

/** The window in milliseconds: long enough for a link to recover from what is not yet a stall. */
export function windowOf(timeoutMs: number): number {
  return 4 * timeoutMs
}

/** Whether a download gets anywhere, over all of its connections. Time in which a file is waited for does not count. */
export class Pace {
  readonly windowMs: number
  readonly #startedAt: number
  #received = 0
  #rested = 0
  #restedSince: number | null = null

  /** @param startedAt of `performance.now()` */
  constructor(timeoutMs: number, startedAt: number) {
    this.windowMs = windowOf(timeoutMs)
    this.#startedAt = startedAt
  }

  /** A connection begins to bring a body: so many bytes have come before. */
  begin(received: number): void {
    this.#received = received
    this.#rested = 0
    this.#restedSince = null
  }

  /** The file is waited for from now on, not the server. */
  rest(): void {
    this.#restedSince = performance.now()
  }

  goOn(): void {
    if (this.#restedSince !== null) this.#rested += performance.now() - this.#restedSince
    this.#restedSince = null
  }

  /** To be asked at the end of each window. */
  isTooSlow(received: number): boolean {
    const now = performance.now()
    if (now - this.#startedAt > LONGEST_MS) return true
    const isResting = this.#restedSince !== null
    if (isResting) this.goOn()
    const waitedMs = this.windowMs - this.#rested
    const brought = received - this.#received
    this.begin(received)
    if (isResting) this.rest()
    // With hardly a moment left for the server, its pace is unknown.
    return waitedMs > this.windowMs / 2 && brought < (LEAST_BYTES_PER_SECOND * waitedMs) / 1_000
  }
}
