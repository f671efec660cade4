import {type IPty, spawn} from '@lydell/node-pty'
import xterm, {type IBufferCell} from '@xterm/headless'

export type TerminalSize = {readonly cols?: number; readonly rows?: number}

export type TerminalOptions = TerminalSize & {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** What the program finds in TERM. */
  readonly term?: string
}

export type Cells = {
  readonly cols: number
  readonly rows: number
  /** Counted from 0. */
  at(column: number, row: number): IBufferCell | undefined
}

/** What a key sends. */
export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  backspace: '\u007f',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
} as const

/** DECTCEM: the private mode that shows the cursor. */
const CURSOR = 25

/** A program on a terminal, seen as a person would see it. */
export class Terminal {
  readonly #pty: IPty
  readonly #display: InstanceType<typeof xterm.Terminal>
  readonly #exited: Promise<number>
  readonly #watchers = new Set<() => void>()
  #ended = false
  #cursorShown = true
  #written = ''

  constructor(pty: IPty) {
    this.#pty = pty
    this.#display = new xterm.Terminal({
      cols: pty.cols,
      rows: pty.rows,
      scrollback: 10_000,
      allowProposedApi: true,
    })
    for (const [final, shown] of [
      ['h', true],
      ['l', false],
    ] as const) {
      this.#display.parser.registerCsiHandler({prefix: '?', final}, modes => {
        if (modes.includes(CURSOR)) this.#cursorShown = shown
        return false
      })
    }
    // Programs ask the terminal who it is and where the cursor stands.
    this.#display.onData(answer => pty.write(answer))
    pty.onData(output => {
      this.#written += output
      this.#display.write(output, () => this.#notify())
    })
    this.#exited = new Promise(resolve => {
      pty.onExit(({exitCode, signal}) => {
        // Whatever came before the exit is on the screen once this empty write is.
        this.#display.write('', () => {
          this.#ended = true
          this.#notify()
          resolve(signal ? 128 + signal : exitCode)
        })
      })
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** Sends keys; text at once, as a paste would. */
  type(keys: string): void {
    this.#pty.write(keys)
  }

  resize({cols = this.#pty.cols, rows = this.#pty.rows}: TerminalSize): void {
    this.#display.resize(cols, rows)
    this.#pty.resize(cols, rows)
  }

  /** All that the program has written so far, control sequences included. */
  get written(): string {
    return this.#written
  }

  /** The visible cells, with their looks. */
  get cells(): Cells {
    const {cols, rows, buffer} = this.#display
    return {
      cols,
      rows,
      at: (column, row) => buffer.active.getLine(buffer.active.viewportY + row)?.getCell(column),
    }
  }

  /** The rows now visible, without trailing blanks. */
  screen(): string[] {
    const {viewportY} = this.#display.buffer.active
    return this.#lines(viewportY, viewportY + this.#pty.rows)
  }

  /** Everything that was printed and not overwritten, scrolled away or visible. */
  history(): string {
    return this.#lines(0, this.#display.buffer.active.length).join('\n').trimEnd()
  }

  /** The same, with the rows joined that the terminal itself has broken: what a selection with the mouse copies. */
  unwrapped(): string {
    const {active} = this.#display.buffer
    const rows = Array.from({length: active.length}, (_, row) => active.getLine(row))
    return rows
      .map((row, at) => {
        const goesOn = rows[at + 1]?.isWrapped === true
        return `${row?.translateToString(!goesOn) ?? ''}${goesOn ? '' : '\n'}`
      })
      .join('')
      .trimEnd()
  }

  /**
   * Waits until the visible text matches; returns it.
   *
   * @throws Error with the screen when the program ends first, or after `ms` milliseconds.
   */
  until(wanted: string | RegExp, ms = 15_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        settle()
      }
      const fail = (why: string): void =>
        finish(() => reject(new Error(`${why} before ${wanted} was on the screen:\n${this.history()}`)))
      const look = (): void => {
        const text = this.screen().join('\n')
        if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))
          finish(() => resolve(text))
        else if (this.#ended) fail('The program ended')
      }
      const timer = setTimeout(() => fail(`${ms} ms went by`), ms)
      this.#watchers.add(look)
      look()
    })
  }

  /** Waits for the program's end: its exit code, or 128 and the number of the signal that ended it. */
  exit(): Promise<number> {
    return this.#exited
  }

  /** Whether the program has left the cursor on. */
  get cursorShown(): boolean {
    return this.#cursorShown
  }

  /** Closes the connection as a lost SSH session does; whether the program ends is up to it. */
  hangUp(): void {
    if ('destroy' in this.#pty && typeof this.#pty.destroy === 'function') this.#pty.destroy()
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.#ended) this.#pty.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill()
    await this.#exited
  }

  #lines(from: number, to: number): string[] {
    const {active} = this.#display.buffer
    return Array.from(
      {length: to - from},
      (_, row) => active.getLine(from + row)?.translateToString(true) ?? '',
    )
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}

/** Runs a program on a new terminal of 100 by 30 characters, or the size given. */
export function openTerminal(argv: readonly [string, ...string[]], options: TerminalOptions = {}): Terminal {
  const [program, ...args] = argv
  // With CI set, programs take a terminal for a log file.
  const {CI: _, ...env} = options.env ?? process.env
  const {cols = 100, rows = 30, cwd, term: name = 'xterm-256color'} = options
  return new Terminal(spawn(program, args, {name, cols, rows, env, ...(cwd ? {cwd} : {})}))
}
