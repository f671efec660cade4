/** One entry of a log as text: message and, where the entry has one, stack trace. */
export type LogRecord = {readonly text: string; readonly isJson: boolean; readonly isError: boolean}

const ERROR_WORDS =
  /\b(?:ERROR|FATAL|CRITICAL|SEVERE|Error details|Traceback|Installation failed)\b|\w(?:Error|Exception): /

const MESSAGES = ['message', '@message', 'msg', 'text'] as const
const ARGUMENTS = ['args', 'arguments', 'params'] as const
const LEVELS = ['level', '@level', 'severity'] as const

/** Arguments and traces are taken from this deep in an entry: causes of causes. */
const DEEPEST = 4

/**
 * Reads a line. Of an entry in JSON the arguments are put into its message, `{0}` for the first; other lines are what
 * they say. The layout is known from AWS's own parser only, so that other names of members are accepted.
 */
export function readRecord(line: string): LogRecord {
  const entry = line.startsWith('{') ? parse(line) : null
  const message = entry === null ? undefined : MESSAGES.map(name => entry[name]).find(isText)
  if (entry === null || message === undefined) {
    const text = plainQuotes(line)
    return {text, isJson: false, isError: ERROR_WORDS.test(text)}
  }
  const given = ARGUMENTS.map(name => entry[name]).find(Array.isArray) ?? []
  const filled = fill(message, given)
  const rest = Object.entries(entry)
    .filter(([name]) => !NOT_TRACES.has(name))
    .flatMap(([, value]) => textsIn(value, 0))
  const text = plainQuotes([filled, ...rest].join('\n'))
  const level = LEVELS.map(name => entry[name]).find(isText)
  return {text, isJson: true, isError: level === undefined ? ERROR_WORDS.test(text) : isErrorLevel(level)}
}

const NOT_TRACES: ReadonlySet<string> = new Set([...MESSAGES, ...ARGUMENTS, ...LEVELS, '@timestamp'])

const isErrorLevel = (level: string) => /^(?:error|fatal|critical|severe)$/i.test(level)

const isText = (value: unknown): value is string => typeof value === 'string'

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : null
  } catch {
    return null
  }
}

/** Once over the message: what an argument says is not filled again. */
function fill(message: string, given: readonly unknown[]): string {
  return message.replace(/\{(\d{1,3})\}/g, (place, index: string) => {
    const value = given[Number(index)]
    return value === undefined ? place : textsIn(value, 0).join(' ')
  })
}

function textsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return []
  return Object.values(value).flatMap(part => textsIn(part, depth + 1))
}

/** Some messages have typographic quotes. */
function plainQuotes(text: string): string {
  return text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"')
}
