/** A gate that lets a scripted run go on step by step. */
export class Gate {
  #open = false
  #waiting: (() => void)[] = []

  readonly pass = (): Promise<void> =>
    this.#open ? Promise.resolve() : new Promise(resolve => this.#waiting.push(resolve))

  /** Lets everything pass from now on. */
  open(): void {
    this.#open = true
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Lets one waiting step pass. */
  step(): void {
    this.#waiting.shift()?.()
  }

  get waiting(): number {
    return this.#waiting.length
  }
}
