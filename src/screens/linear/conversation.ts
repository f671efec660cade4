import {createInterface} from 'node:readline'
import {Interrupted} from '../../contract/errors.ts'
import {toAscii} from '../terminal/ascii.ts'
import {hasUnicode} from '../ui/theme.ts'
import {linearRows, type Said} from './text.ts'

const DEFAULT_COLUMNS = 80

/** Lines out, lines in. The terminal itself echoes what is typed, as for every program that reads lines. */
export type Conversation = {
  /** Of the terminal, as it is now. */
  readonly columns: number
  say(...said: readonly Said[]): void
  /** Asks, and waits for a line, without the blanks around it. @throws the reason that `ended` was aborted with */
  ask(prompt: string): Promise<string>
  /** While nothing is asked, hands lines to a listener; what was typed until it is let go answers no later question. */
  meanwhile(listen: (() => void) | null): void
  /** Aborted when the terminal is gone, or a signal has ended the wizard. */
  readonly ended: AbortSignal
  close(): void
}

export type LineTerminal = {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: {write(text: string): unknown; readonly columns?: number}
  /** Ends the conversation with its reason. */
  readonly signal?: AbortSignal | undefined
}

type Waiting = {readonly resolve: (line: string) => void; readonly reject: (reason: unknown) => void}

/** A conversation by whole lines, without a single control sequence: for screen readers and dumb terminals. */
export function converse({stdin, stdout, signal}: LineTerminal): Conversation {
  const reader = createInterface({input: stdin, terminal: false})
  const end = new AbortController()
  const typedAhead: string[] = []
  let waiting: Waiting | null = null
  let listening: (() => void) | null = null

  const print = (text: string) => stdout.write(hasUnicode ? text : toAscii(text))
  const columns = () => stdout.columns || DEFAULT_COLUMNS
  const rows = (said: readonly Said[]) => linearRows(said, columns())
  const interrupt = () => end.abort(signal?.reason)
  reader.on('line', line => {
    if (listening !== null) return listening()
    if (waiting === null) return typedAhead.push(line.trim())
    waiting.resolve(line.trim())
    waiting = null
  })
  reader.on('close', () => end.abort(new Interrupted('SIGHUP')))
  end.signal.addEventListener('abort', () => waiting?.reject(end.signal.reason))
  signal?.addEventListener('abort', interrupt)
  if (signal?.aborted) interrupt()

  return {
    get columns() {
      return columns()
    },
    say: (...said) =>
      void print(
        rows(said)
          .map(row => `${row}\n`)
          .join(''),
      ),
    ask: prompt =>
      new Promise((resolve, reject) => {
        if (end.signal.aborted) return reject(end.signal.reason)
        print(`${rows([prompt]).join('\n')} `)
        const line = typedAhead.shift()
        if (line === undefined) waiting = {resolve, reject}
        else resolve(line)
      }),
    meanwhile(listen) {
      typedAhead.length = 0
      listening = listen
    },
    ended: end.signal,
    close() {
      signal?.removeEventListener('abort', interrupt)
      reader.removeAllListeners('close')
      reader.close()
    },
  }
}
