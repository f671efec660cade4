import {PassThrough, Writable} from 'node:stream'
import xterm from '@xterm/headless'
import {expect, vi} from 'vitest'

/** A terminal's input side: records raw mode and whether anybody reads it. */
export class FakeInput extends PassThrough {
  readonly isTTY = true
  raw = false

  setRawMode(enabled: boolean): this {
    this.raw = enabled
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** A terminal's output side, drawn by a real emulator: what is asserted is what a user would see. */
export class FakeOutput extends Writable {
  readonly isTTY = true
  readonly emulator: xterm.Terminal
  written = ''

  columns: number
  rows: number

  constructor(columns = 80, rows = 24) {
    super()
    this.columns = columns
    this.rows = rows
    this.emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true})
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written += chunk.toString()
    this.emulator.write(chunk, done)
  }

  /** Gives the terminal another size, and reports it as Node does. */
  resize(columns: number, rows: number): void {
    Object.assign(this, {columns, rows})
    this.emulator.resize(columns, rows)
    this.emit('resize')
  }

  /** Rows of the scrollback and the screen, without the empty ones at the end. */
  get lines(): readonly string[] {
    const {buffer} = this.emulator
    const all = Array.from(
      {length: buffer.active.length},
      (_, at) => buffer.active.getLine(at)?.translateToString(true) ?? '',
    )
    return all.slice(0, all.findLastIndex(line => line !== '') + 1)
  }

  /** The rows of the screen alone, without the empty ones at the end. */
  get visible(): readonly string[] {
    const {buffer} = this.emulator
    return this.lines.slice(buffer.active.baseY)
  }

  get screen(): string {
    return this.lines.join('\n')
  }

  async shows(...texts: readonly string[]): Promise<void> {
    await vi.waitFor(
      () =>
        expect(
          texts.filter(text => !this.screen.includes(text)),
          this.screen,
        ).toEqual([]),
      {timeout: 4_000},
    )
  }
}
