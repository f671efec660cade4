import {Readable} from 'node:stream'
import {ESCAPE_KEY, PASTE_END, PASTE_START, SUSPEND_KEY, splitKeys} from './split-keys.ts'

/** The part of a terminal's input stream that is needed. `process.stdin` is one when it is a terminal. */
export type TerminalInput = {
  setRawMode(enabled: boolean): unknown
  setEncoding(encoding: BufferEncoding): unknown
  resume(): unknown
  pause(): unknown
  ref(): unknown
  unref(): unknown
  on(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: string | Buffer) => void): unknown
  off(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: string | Buffer) => void): unknown
}

/** How long the rest of a key may take, in milliseconds. A lone Esc is told from an arrow key only by this. */
const ESCAPE_WAIT_MS = 60
const SEQUENCE_WAIT_MS = 500
const PASTE_WAIT_MS = 1_000

/**
 * Terminal input as a stream that hands on one key per turn of the event loop, whatever chunks the terminal, an
 * SSH connection or a multiplexer delivers. Every key then meets the screen that the key before it led to; without
 * this, Down and Enter in one chunk choose what was highlighted before. Turning raw mode off stops reading the
 * terminal at once, so that a child process can have it, and forgets keys that nobody has taken.
 *
 * Ctrl-Z is no key to hand on: it is emitted as `suspend`. Ends when the terminal does (hang-up, closed input).
 */
export class KeySource extends Readable {
  readonly isTTY = true
  readonly #terminal: TerminalInput
  #queue: string[] = []
  #rest = ''
  #restTimer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  #reading = false

  constructor(terminal: TerminalInput) {
    super({objectMode: true, read() {}})
    this.#terminal = terminal
    this.on('newListener', event => {
      if (event === 'readable') this.#schedule()
    })
    terminal.on('end', this.#ended)
    terminal.on('close', this.#ended)
    // A terminal that hangs up makes reads fail with EIO.
    terminal.on('error', this.#ended)
  }

  setRawMode(enabled: boolean): this {
    if (enabled) {
      this.#terminal.setRawMode(true)
      this.#terminal.setEncoding('utf8')
      if (!this.#reading) this.#terminal.on('data', this.#take)
      this.#terminal.resume()
    } else {
      this.#terminal.off('data', this.#take)
      this.#terminal.pause()
      this.#terminal.setRawMode(false)
      this.#forget()
    }
    this.#reading = enabled
    return this
  }

  /** Text is decoded by the terminal's own stream. */
  override setEncoding(): this {
    return this
  }

  ref(): this {
    this.#terminal.ref()
    return this
  }

  unref(): this {
    this.#terminal.unref()
    return this
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#forget()
    this.#terminal.off('data', this.#take)
    this.#terminal.off('end', this.#ended)
    this.#terminal.off('close', this.#ended)
    this.#terminal.off('error', this.#ended)
    done(error)
  }

  readonly #take = (chunk: string | Buffer): void => {
    this.#split(this.#rest + chunk.toString())
  }

  readonly #ended = (): void => {
    this.#forget()
    if (!this.readableEnded && !this.destroyed) this.push(null)
  }

  #split(input: string): void {
    clearTimeout(this.#restTimer)
    const {keys, rest} = splitKeys(input)
    this.#queue.push(...keys)
    this.#rest = rest
    if (rest !== '') this.#restTimer = setTimeout(() => this.#giveUpWaiting(), waitFor(rest))
    this.#schedule()
  }

  #giveUpWaiting(): void {
    const rest = this.#rest
    this.#rest = ''
    if (rest === '\u001B') this.#queue.push(ESCAPE_KEY)
    else if (rest.startsWith(PASTE_START)) this.#queue.push(rest + PASTE_END)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#turn !== undefined || this.#queue.length === 0) return
    this.#turn = setImmediate(() => {
      this.#turn = undefined
      if (this.listenerCount('readable') === 0) return
      const key = this.#queue.shift()
      if (key === SUSPEND_KEY) this.emit('suspend')
      else if (key !== undefined) this.push(key)
      this.#schedule()
    })
  }

  #forget(): void {
    clearTimeout(this.#restTimer)
    clearImmediate(this.#turn)
    this.#turn = undefined
    this.#queue = []
    this.#rest = ''
  }
}

function waitFor(rest: string): number {
  if (rest === '\u001B') return ESCAPE_WAIT_MS
  return rest.startsWith(PASTE_START) ? PASTE_WAIT_MS : SEQUENCE_WAIT_MS
}
