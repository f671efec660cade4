/** One `name=value` of a rule, in the rule's order; the name is in lower case. */
export type Field = {readonly name: string; readonly value: string}

/** A rule as the text says it, before anything is made of it. */
export type RuleText = {
  readonly major: number
  readonly minor: number
  readonly fields: readonly Field[]
  /** The text breaks the grammar: it may be cut off, and Windows may leave such a rule out. */
  readonly damaged: boolean
}

/**
 * Splits `v2.31|Action=Allow|Active=TRUE|Dir=Out|…|`. Whatever follows the last `|` is cut off, since every field ends
 * with one. Never fails: a text without a version is a damaged rule of version 0.0.
 * Source: MS-GPFAS 2.2.2.19 (a name or description cannot hold a `|`, MS-FASP 2.2.37).
 */
export function splitRule(text: string): RuleText {
  const parts = text.split('|')
  const cutOff = parts.pop() !== ''
  const version = /^v(\d{1,3})\.(\d{1,3})$/i.exec(parts[0] ?? '')
  const rest = version ? parts.slice(1) : parts
  const fields = rest.flatMap(part => {
    const equals = part.indexOf('=')
    return equals <= 0 ? [] : [{name: part.slice(0, equals).toLowerCase(), value: part.slice(equals + 1)}]
  })
  return {
    major: Number(version?.[1] ?? 0),
    minor: Number(version?.[2] ?? 0),
    fields,
    damaged: cutOff || version === null || fields.length < rest.length || fields.length === 0,
  }
}

/** The values of each field, in the rule's order. */
export type Values = (name: string) => readonly string[]

export function valuesOf(fields: readonly Field[]): Values {
  const values = new Map<string, string[]>()
  for (const {name, value} of fields) {
    const others = values.get(name)
    if (others) others.push(value)
    else values.set(name, [value])
  }
  return name => values.get(name) ?? NONE
}

const NONE: readonly string[] = []
