import {styleText} from 'node:util'
import type {Status} from '../../contract/cause-codes.ts'
import type {Extras} from '../report.ts'

type Format = Parameters<typeof styleText>[0]

const STATUS_FORMATS: Record<Status, Format> = {
  pass: 'green',
  warn: 'yellow',
  fail: ['bold', 'red'],
  skip: 'dim',
  error: ['bold', 'magenta'],
}

/** Colours for words that also stand without them. */
export type Style = {
  readonly columns: number
  readonly unicode: boolean
  readonly verbose: boolean
  heading(text: string): string
  status(status: Status, text: string): string
}

export function styleOf({columns = 80, color = false, unicode = false, verbose = false}: Extras): Style {
  // The caller has decided about colour; Node is not to look at its own stdout.
  const paint = (format: Format, text: string) =>
    color ? styleText(format, text, {validateStream: false}) : text
  return {
    columns,
    unicode,
    verbose,
    heading: text => paint('bold', text),
    status: (status, text) => paint(STATUS_FORMATS[status], text),
  }
}
