/** A seeded source of choices (mulberry32), so that a rule set can be made again from its seed. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** A whole number from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return first + Math.floor(this.fraction() * (last - first + 1))
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)]
    if (choice === undefined) throw new Error('nothing to pick from')
    return choice
  }

  some<T>(choices: readonly T[], count: number): T[] {
    const left = [...choices]
    return Array.from({length: Math.min(count, left.length)}, () => {
      const [taken] = left.splice(this.between(0, left.length - 1), 1)
      return taken as T
    })
  }

  /** Picks in proportion to the weights. */
  weighted<T>(choices: readonly T[], weightOf: (choice: T) => number): T {
    let left = this.fraction() * choices.reduce((sum, choice) => sum + weightOf(choice), 0)
    for (const choice of choices) {
      left -= weightOf(choice)
      if (left <= 0) return choice
    }
    return this.pick(choices)
  }
}
