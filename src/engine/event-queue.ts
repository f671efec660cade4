/**
 * Joins events that several tasks push into one stream that one consumer reads. `fail` ends the stream with an
 * error after everything pushed before has been read.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = []
  #ended: {readonly error: unknown} | 'normally' | null = null
  #wake: () => void = () => {}

  push(item: T): void {
    if (this.#ended) return
    this.#waiting.push(item)
    this.#wake()
  }

  end(): void {
    this.#ended ??= 'normally'
    this.#wake()
  }

  fail(error: unknown): void {
    this.#ended ??= {error}
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      yield* this.#waiting.splice(0)
      if (this.#waiting.length > 0) continue
      if (this.#ended === 'normally') return
      if (this.#ended) throw this.#ended.error
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
