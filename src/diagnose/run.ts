import type {Detail, LogCause, Row} from './cause.ts'
import {ROWS} from './causes/index.ts'
import {redact} from './redact.ts'

/** A cause as one run of a log has it. Lines count from 1. */
export type Found = {
  readonly cause: LogCause
  readonly rank: Row['rank']
  readonly kind: Row['kind']
  readonly count: number
  readonly first: number
  readonly last: number
  /** What the first of them says, ready to be shown. */
  readonly text: string
  /** What the message names, such as an action of IAM; null where it names nothing. */
  readonly named: string | null
}

/** How many entries before and after a message its details may be: a stack trace has some dozens of lines. */
const BEFORE = 60
const AFTER = 40

/** A message whose details may follow. */
type Open = {readonly row: Row; readonly at: Place; readonly until: number}

/** An entry of the run: its number in the run, and its line in the file. */
type Place = {readonly entry: number; readonly line: number; readonly text: string}

/**
 * The causes in one run, from entries in the order of the log. Its memory does not grow with the log: it keeps one entry
 * for each row of the table.
 */
export class RunCauses {
  readonly #found = new Map<string, Found>()
  readonly #open = new Map<string, Open>()
  readonly #earlier = new Map<string, {readonly detail: Detail; readonly at: Place}>()

  take(at: Place): void {
    const said = ROWS.filter(({says}) => says.test(at.text))
    this.#expire(at.entry)
    for (const {row, at: head} of [...this.#open.values()]) this.#detail(row, head, at)
    // Messages with details first, so that a cause of the same entry can take the place of a vague one.
    for (const row of said) if (waits(row)) this.#begin(row, at)
    for (const row of said) if (!waits(row)) this.#settle(row, row.alone, at, at)
    for (const row of ROWS) {
      const detail = row.looksBack ? row.details?.find(({says}) => says.test(at.text)) : undefined
      if (detail !== undefined) this.#earlier.set(row.id, {detail, at})
    }
  }

  /** All that was found; what still waits for a detail gets none. */
  finish(): readonly Found[] {
    this.#expire(Number.POSITIVE_INFINITY)
    return [...this.#found.values()].sort((one, other) => one.first - other.first)
  }

  #begin(row: Row, at: Place): void {
    this.#close(row.id)
    const earlier = this.#earlier.get(row.id)
    if (earlier !== undefined && earlier.at.entry >= at.entry - BEFORE) {
      this.#settle(row, earlier.detail.cause, at, earlier.at)
      return
    }
    this.#open.set(row.id, {row, at, until: at.entry + AFTER})
    this.#detail(row, at, at)
  }

  #detail(row: Row, head: Place, at: Place): void {
    const detail = row.details?.find(({says}) => says.test(at.text))
    if (detail === undefined) return
    this.#open.delete(row.id)
    this.#settle(row, detail.cause, head, at)
  }

  #expire(entry: number): void {
    for (const [id, {until}] of this.#open) if (until < entry) this.#close(id)
  }

  #close(id: string): void {
    const open = this.#open.get(id)
    this.#open.delete(id)
    if (open !== undefined) this.#settle(open.row, open.row.alone, open.at, open.at)
  }

  /** @param head where the message is; `at` where what it means is said */
  #settle(row: Row, cause: LogCause | null, head: Place, at: Place): void {
    if (cause === null) return
    if (!row.yields && row.rank === 'cause') {
      for (const [id, {row: other}] of this.#open) if (other.yields && other !== row) this.#open.delete(id)
    }
    const before = this.#found.get(cause.id)
    this.#found.set(cause.id, {
      cause,
      rank: row.rank,
      kind: row.kind,
      count: (before?.count ?? 0) + 1,
      first: Math.min(before?.first ?? head.line, head.line),
      last: Math.max(before?.last ?? head.line, head.line),
      text: before?.text ?? redact(head === at ? head.text : `${head.text} … ${at.text}`),
      named: before?.named ?? namedIn(at.text, cause.names),
    })
  }
}

function namedIn(text: string, names: RegExp | undefined): string | null {
  const name = names?.exec(text)?.[1]
  return name === undefined ? null : redact(name)
}

const waits = (row: Row): boolean => row.details !== undefined || row.yields === true

/** Whether an entry may say anything of the table; most do not, and need not be looked at. */
export function mayMatter(text: string): boolean {
  return EXACT.test(text) || ANY_CASE.test(text)
}

const EXPRESSIONS = ROWS.flatMap(({says, details = []}) => [says, ...details.map(detail => detail.says)])

const anyOf = (flags: string) =>
  new RegExp(
    EXPRESSIONS.filter(expression => expression.flags === flags)
      .map(({source}) => `(?:${source})`)
      .join('|'),
    flags,
  )

const EXACT = anyOf('')
const ANY_CASE = anyOf('i')
