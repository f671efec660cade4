import type {Step} from '../../contract/remedy.ts'
import {type Insertion, insertLine} from './edit-file.ts'

/**
 * The files that are loaded at boot, as the lasting steps of one remedy leave them, one after the other: a line that
 * is inserted moves those behind it.
 */
export class RuleFiles {
  readonly #original: Readonly<Record<string, string>>
  readonly #texts: Map<string, string>
  readonly #uneditable: Readonly<Record<string, string>>

  /** @param uneditable why a file is not to be edited, as a clause, by its path */
  constructor(files: Readonly<Record<string, string>>, uneditable: Readonly<Record<string, string>> = {}) {
    this.#original = files
    this.#texts = new Map(Object.entries(files))
    this.#uneditable = uneditable
  }

  paths(): readonly string[] {
    return [...this.#texts.keys()]
  }

  /** Null for a file that does not exist or could not be read. */
  text(path: string): string | null {
    return this.#texts.get(path) ?? null
  }

  /** Why a file is not to be edited, as a clause; null where it may be. */
  whyNotEditable(path: string): string | null {
    return this.#uneditable[path] ?? null
  }

  /** @throws RangeError when there is no such file, or it has no such line */
  insertLine(insertion: Omit<Insertion, 'text'>): Step {
    const {step, text} = insertLine({...insertion, text: this.text(insertion.path) ?? ''})
    this.#texts.set(insertion.path, text)
    return step
  }

  /** The files that the steps so far change, with their text before and now. */
  edited(): readonly {readonly path: string; readonly before: string; readonly now: string}[] {
    return Object.entries(this.#original).flatMap(([path, before]) => {
      const now = this.text(path) ?? before
      return now === before ? [] : [{path, before, now}]
    })
  }
}
