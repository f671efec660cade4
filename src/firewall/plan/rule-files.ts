import type {Command, Step} from '../../contract/remedy.ts'

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

type Insertion = {
  /** Absolute; a symbolic link is followed, and stays one. */
  readonly path: string
  /** The file as it is read. */
  readonly text: string
  /** The line, counted from 1, that the new one goes before. */
  readonly before: number
  /** The new line, without its end. */
  readonly line: string
  /** Part of the new line that no other line of the file has. */
  readonly mark: string
  readonly title: string
  /** Reads the file as the next boot will; see `Step.test`. */
  readonly test?: Command
}

/**
 * The step that inserts one line into a file, and the file's text as it leaves it. The line goes in only where the line
 * that it goes before is still the same in number and text; otherwise the file stays as it is, which the engine sees
 * by the mark that is missing. Every other byte stays. GNU sed writes a temporary file beside the old one, gives it
 * that one's owner, mode, access control list and SELinux context, and renames it; other extended attributes are for
 * the engine to keep.
 * Source: GNU sed 4.9 manual, 2.2 Command-Line Options (`-i`, `--follow-symlinks`); measured for owner and mode.
 * @throws RangeError when the text has no such line
 */
export function insertLine(insertion: Insertion): {readonly step: Step; readonly text: string} {
  const {path, text, before, mark, title, test} = insertion
  const lines = text.split('\n')
  // What follows the last line's end is not a line.
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length
  const anchor = lines[before - 1]
  if (anchor === undefined || before > count) throw new RangeError(`${path} has no line ${before}`)
  const line = anchor.endsWith('\r') ? `${insertion.line}\r` : insertion.line
  const step: Step = {
    title,
    do: sed(`${before}s/^${sedPattern(anchor)}$/${replacement(line)}\\n&/`, path),
    undo: sed(`/${sedPattern(mark)}/d`, path),
    alreadyDone: ['grep', '-qF', '-e', mark, path],
    edits: path,
    ...(test ? {test} : {}),
    lasting: true,
    persists: true,
  }
  return {step, text: text.includes(mark) ? text : lines.toSpliced(before - 1, 0, line).join('\n')}
}

function sed(script: string, path: string): Command {
  return ['sed', '-i', '--follow-symlinks', '-e', script, path]
}

/** A text that a basic regular expression between slashes matches literally. */
export function sedPattern(text: string): string {
  return text.replace(/[\\.*[^$/]/g, '\\$&')
}

/** A text that the right-hand side of `s///` gives literally. */
function replacement(text: string): string {
  return text.replace(/[\\&/]/g, '\\$&')
}
