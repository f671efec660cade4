import {createHash} from 'node:crypto'
import type {DownloadRequest} from './download-request.ts'
import {freeChunks} from './free-chunks.ts'
import type {Response} from './http.ts'

/** At most ten reports a second. */
const REPORT_EVERY_MS = 100

type SinkRequest = Pick<DownloadRequest, 'file' | 'maxBytes' | 'onBytes'>

/** Where the bytes go: the digest, the file, the reports; over one connection or several. */
export class Sink {
  received = 0
  total: number | null = null
  /** Whether the connection at hand brings the object from its start. */
  beganAgain = false
  readonly #request: SinkRequest
  readonly #startedAt: number
  #hash = createHash('sha512')
  #validator: string | null = null
  #reportedAt = Number.NEGATIVE_INFINITY

  constructor(request: SinkRequest, startedAt: number) {
    this.#request = request
    this.#startedAt = startedAt
  }

  /** Headers that ask for the rest; none where there is nothing to go on from, or no strong validator to rely on. */
  resumption(): Readonly<Record<string, string>> {
    if (this.received === 0 || this.#validator === null) return {}
    return {Range: `bytes=${this.received}-`, 'If-Range': this.#validator}
  }

  /** Prepares for an answer's body, beginning again where it is not the rest; false for a range nobody asked for. */
  async expect({status, headers}: Response): Promise<boolean> {
    this.beganAgain = status !== 206
    if (status === 206) {
      return headers['content-range']?.startsWith(`bytes ${this.received}-`) === true && this.received > 0
    }
    if (this.received > 0) await this.#request.file?.restart()
    this.received = 0
    this.#hash = createHash('sha512')
    this.total = /^\d+$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : null
    if (!this.isTooLarge()) await this.#request.file?.requireRoom(this.total ?? 0)
    this.#validator = headers.etag?.startsWith('"') ? headers.etag : null
    return true
  }

  /** Whether more has come, or was announced, than is taken. */
  isTooLarge(): boolean {
    return Math.max(this.received, this.total ?? 0) > this.#request.maxBytes
  }

  /** Digests a chunk; a promise where it also has to be written somewhere. */
  take(chunk: Uint8Array): Promise<void> | null {
    this.#hash.update(chunk)
    this.received += chunk.length
    freeChunks(chunk.length)
    this.#report()
    return this.#request.file?.write(chunk) ?? null
  }

  #report(): void {
    const now = performance.now()
    const isLast = this.received === this.total
    if (!isLast && now - this.#reportedAt < REPORT_EVERY_MS) return
    this.#reportedAt = now
    const seconds = Math.max(now - this.#startedAt, 1) / 1_000
    this.#request.onBytes(this.received, this.total, Math.round(this.received / seconds))
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}
