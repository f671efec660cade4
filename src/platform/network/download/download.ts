import type {IncomingMessage} from 'node:http'
import {type HttpAnswer, type NoResponse, readBody, sendRequest} from '../http.ts'
import {openPath, type PathFacts} from '../path.ts'
import {elapsed, pause} from '../wait.ts'
import {Pace} from './pace.ts'
import type {DownloadRequest} from './sink.ts'
import {Sink} from './sink.ts'

/** Enough for S3's error document. */
const MAX_ERROR_BYTES = 4 * 1024
/** Before each attempt to go on after a cut connection. */
const BACK_OFFS_MS = [500, 1_000, 2_000]

export type Download = {
  /** Of the last connection that brought an answer. */
  readonly path: PathFacts
  /** Its body is empty where it is the object. */
  readonly http: HttpAnswer | NoResponse | null
  /**
   * `whole`: to the announced end. `cut`: the connection broke before. `stalled`: no byte for the time limit. `slow`: less
   * than a download needs to get anywhere; see pace.ts. `too-large`: more was announced, or came, than is taken.
   * `none`: there was no object to read.
   */
  readonly end: 'whole' | 'cut' | 'stalled' | 'slow' | 'too-large' | 'none'
  readonly received: number
  /** As announced; null when it was not. */
  readonly total: number | null
  /** Lower-case hexadecimal, of what was received. */
  readonly sha512: string
  readonly connections: number
  readonly ms: number
}

/**
 * Streams an object, in constant memory, and digests it on the way. After a cut connection it goes on from where it was
 * (Range with If-Range, RFC 9110 section 13.1.5), three times at most, or begins again once where the server cannot.
 * The time limit is for every wait, and for every pause between bytes; what is too slow, too large, or too long under way
 * is given up.
 *
 * @throws the signal's reason when the run is cancelled, and UserError for a CA bundle or file that cannot be used.
 */
export async function download(request: DownloadRequest): Promise<Download> {
  const startedAt = performance.now()
  const sink = new Sink(request, startedAt)
  const pace = new Pace(request.timeoutMs, startedAt)
  let last = await receive(request, sink, pace)
  let connections = 1
  for (const backOffMs of BACK_OFFS_MS) {
    if (last.end !== 'cut' || (connections > 1 && sink.beganAgain)) break
    await pause(backOffMs, request.signal)
    const next = await receive(request, sink, pace)
    connections += 1
    // A connection that brings nothing leaves the download what the last one made it: cut.
    if (next.end === 'none') break
    last = next
  }
  return {
    ...last,
    received: sink.received,
    total: sink.total,
    sha512: sink.digest(),
    connections,
    ms: elapsed(startedAt),
  }
}

type Reception = Pick<Download, 'path' | 'http' | 'end'>

async function receive(request: DownloadRequest, sink: Sink, pace: Pace): Promise<Reception> {
  const path = await openPath(request)
  if (path.tls?.kind !== 'secured') return {path, http: null, end: 'none'}
  const connection = path.tls.socket
  try {
    request.onLayer('http')
    const ask = {method: 'GET', host: request.host, path: request.path, headers: sink.resumption()} as const
    const http = await sendRequest(connection, ask, request)
    if (http.kind === 'failed') return {path, http, end: 'none'}
    if (!request.isObject(http) || !(await sink.expect(http))) {
      return {
        path,
        http: {...http, body: await readBody(http.message, MAX_ERROR_BYTES, request)},
        end: 'none',
      }
    }
    const end = sink.isTooLarge() ? 'too-large' : await drain(http.message, sink, pace, request)
    return {path, http: {...http, body: {text: '', end: 'whole'}}, end}
  } finally {
    connection.destroy()
  }
}

/**
 * Takes a body as fast as it can be kept. One timer for all of it and no promise a chunk: a body has thousands of them.
 *
 * @throws what the file throws, and the signal's reason when the run is cancelled.
 */
function drain(
  message: IncomingMessage,
  sink: Sink,
  pace: Pace,
  {timeoutMs, signal}: DownloadRequest,
): Promise<Download['end']> {
  return new Promise((resolve, reject) => {
    let keeping = false
    const end = (conclude: () => void) => {
      clearTimeout(idle)
      clearInterval(pacer)
      signal.removeEventListener('abort', cancel)
      message.pause().removeListener('data', take)
      conclude()
    }
    const cancel = () => end(() => reject(signal.reason))
    const idle = setTimeout(() => {
      // The file is waited for, not the server.
      if (keeping) idle.refresh()
      else end(() => resolve('stalled'))
    }, timeoutMs)
    pace.begin(sink.received)
    const pacer = setInterval(() => {
      if (pace.isTooSlow(sink.received)) end(() => resolve('slow'))
    }, pace.windowMs)
    const take = (chunk: Uint8Array) => {
      idle.refresh()
      const kept = sink.take(chunk)
      if (sink.isTooLarge()) {
        end(() => resolve('too-large'))
        return
      }
      if (!kept) return
      keeping = true
      pace.rest()
      message.pause()
      kept.then(
        () => {
          keeping = false
          pace.goOn()
          idle.refresh()
          message.resume()
        },
        (error: unknown) => end(() => reject(error)),
      )
    }
    signal.addEventListener('abort', cancel, {once: true})
    message.on('data', take)
    message.once('end', () => end(() => resolve(message.complete ? 'whole' : 'cut')))
    message.on('error', () => end(() => resolve('cut')))
    message.once('close', () => end(() => resolve('cut')))
    if (signal.aborted) cancel()
    // It may have broken while the file was made ready: no event reports that any more.
    else if (message.destroyed) end(() => resolve(message.readableEnded ? 'whole' : 'cut'))
  })
}
