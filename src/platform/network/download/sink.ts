import {createHash} from 'node:crypto'
import type {Response} from '../http.ts'
import type {PathRequest} from '../path.ts'
import type {PartialFile} from './partial-file.ts'

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

export type DownloadRequest = PathRequest & {
  readonly path: string
  /** Whether an answer is the object itself; of anything else, only as much is read as an error document has. */
  readonly isObject: (answer: Response) => boolean
  /** Nothing larger is taken: a body that never ends must end somewhere. */
  readonly maxBytes: number
  /** Gets the bytes as they come; null only digests them. */
  readonly file: PartialFile | null
  readonly onBytes: (received: number, total: number | null, bytesPerSecond: number) => void
}

/** After so many bytes the memory of chunks that are done with is given back. */
const EVERY_BYTES = 1024 * 1024

type CollectGarbage = (options: {readonly type: 'minor'}) => void

let collect: CollectGarbage | undefined
let pending = 0

/**
 * Keeps memory constant while a body streams through. Chunks lie outside of V8's heap, so that V8 sees little reason to
 * free them, and lets some 70 MB of them gather; a collection of the young generation takes less than a millisecond.
 */
function freeChunks(bytes: number): void {
  pending += bytes
  if (pending < EVERY_BYTES) return
  pending = 0
  collect ??= garbageCollector()
  collect({type: 'minor'})
}

/** V8 shows it to new contexts only. Source: https://nodejs.org/api/v8.html#v8setflagsfromstringflags */
function garbageCollector(): CollectGarbage {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc')
  return process.getBuiltinModule('node:vm').runInNewContext('gc') as CollectGarbage
}
