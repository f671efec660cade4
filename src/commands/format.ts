import {UserError} from '../errors.ts'

/** The format asked for, or `text`. Throws `UserError` for one that the command does not print. */
export function formatOr<const Format extends string>(
  formats: readonly Format[],
  asked: string | undefined,
): Format | 'text' {
  if (asked === undefined) return 'text'
  const format = formats.find(known => known === asked)
  if (format) return format
  throw new UserError(`--format must be one of ${formats.join(', ')}, not ${JSON.stringify(asked)}.`)
}

/** Text from outside without control and format characters, which a terminal would act on. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')

/** A JSON document as commands print it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
