import type {Event} from '../../engine/events.ts'
import {transferBar, transferText} from '../../report/progress.ts'
import {lookFor, wantsLinearText} from '../terminal.ts'

/** How often the line is drawn again, in milliseconds. */
const DRAW_EVERY_MS = 125

const BAR_WIDTH = 10

const SPINNERS = {unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['-', '\\', '|', '/']}

/** To the first column, and the row erased from there (ECMA-48 EL). */
const ERASE_ROW = '\r\u001B[K'

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>

/** Whether a line may be drawn again and again: on a terminal that people look at. */
export function mayDraw(
  {isTTY}: Pick<Terminal, 'isTTY'>,
  accessible: boolean,
  environment: NodeJS.ProcessEnv,
): boolean {
  const {CI = ''} = environment
  const inCi = !['', '0', 'false'].includes(CI)
  return isTTY === true && !inCi && !wantsLinearText(accessible, environment)
}

/**
 * A last row on a terminal that says how far the checks are, and the download of the installer. The cursor stays shown,
 * and the row is erased when there is nothing more to say or the process ends.
 */
export class LiveProgress {
  readonly #terminal: Terminal
  readonly #checks = new Set<string>()
  readonly #done = new Set<string>()
  #transfer: string | null = null
  #timer: NodeJS.Timeout | undefined
  #frame = 0
  #drawn = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Takes an event, and prints what is said about it above the row. */
  tell(event: Event, line: string | null): void {
    this.#count(event)
    if (line !== null) {
      this.#terminal.write(`${this.#drawn === '' ? '' : ERASE_ROW}${line}\n`)
      this.#drawn = ''
    }
    if (this.#isRunning()) this.#start()
    else this.stop()
  }

  /** Erases the row. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    process.off('exit', this.#erase)
    this.#erase()
  }

  #isRunning(): boolean {
    return this.#done.size < this.#checks.size
  }

  #count(event: Event): void {
    switch (event.type) {
      case 'run-started':
        this.#checks.clear()
        this.#done.clear()
        for (const check of event.checks) this.#checks.add(check)
        break
      case 'check-finished':
        this.#done.add(event.check)
        if (event.check === 'installer-download') this.#transfer = null
        break
      case 'check-progress': {
        const {receivedBytes, totalBytes = null, bytesPerSecond = 0} = event.progress
        if (receivedBytes === undefined) break
        const {unicode} = lookFor(this.#terminal)
        const bar = transferBar({receivedBytes, totalBytes}, BAR_WIDTH, unicode)
        const text = transferText({receivedBytes, totalBytes, bytesPerSecond})
        this.#transfer = bar === null ? text : `${bar}  ${text}`
        break
      }
    }
  }

  #start(): void {
    if (this.#timer !== undefined) return
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY_MS).unref()
    process.on('exit', this.#erase)
  }

  #draw(): void {
    const {unicode} = lookFor(this.#terminal)
    const glyphs = unicode ? SPINNERS.unicode : SPINNERS.ascii
    const glyph = glyphs[this.#frame++ % glyphs.length]
    const counted = `${glyph} ${this.#done.size} of ${this.#checks.size} checks`
    const text = this.#transfer === null ? counted : `${counted}  ${this.#transfer}`
    // One column stays free: a row that is full would go on in the next.
    this.#drawn = [...text].slice(0, (this.#terminal.columns || 80) - 1).join('')
    // Overwritten rather than erased first, so that nothing flickers.
    this.#terminal.write(`\r${this.#drawn}\u001B[K`)
  }

  readonly #erase = (): void => {
    if (this.#drawn !== '') this.#terminal.write(ERASE_ROW)
    this.#drawn = ''
  }
}
