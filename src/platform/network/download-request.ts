import type {Response} from './http.ts'
import type {PartialFile} from './partial-file.ts'
import type {PathRequest} from './path.ts'

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
