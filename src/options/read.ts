import {CHECK_IDS, type CheckId} from '../contract/checks.ts'
import {InvalidValue} from '../contract/errors.ts'

/** Reads a text by one of the parsers of `values.ts`. */
export function text<T>(parse: (text: string) => T): (value: unknown) => T {
  return value => {
    if (typeof value !== 'string') throw new InvalidValue('must be text')
    return parse(value)
  }
}

/** Text on the command line, a number in the config file. */
export function seconds(parse: (text: string) => number): (value: unknown) => number {
  return value => text(parse)(typeof value === 'number' ? String(value) : value)
}

/** @throws InvalidValue unless the value is true or false */
export function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new InvalidValue('must be true or false')
  return value
}

/** @throws InvalidValue unless the value is a text that is not empty */
export function path(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new InvalidValue('must be a path')
  return value
}

/** A Region's code in lower case; whether there is such a Region is for the run to say. */
export function regionCode(value: unknown): string {
  const code = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (code === '') throw new InvalidValue('must be a Region code, such as eu-central-1')
  return code
}

/** `a,b` on the command line, a list or the same text in the config file. */
export function checkIds(value: unknown): readonly CheckId[] {
  const ids: unknown = typeof value === 'string' ? value.split(',').map(id => id.trim()) : value
  if (!Array.isArray(ids) || ids.some(id => typeof id === 'object'))
    throw new InvalidValue('must be a list of check ids')
  return ids.map((id: unknown) => {
    const known = CHECK_IDS.find(each => each === id)
    if (known === undefined) {
      throw new InvalidValue(
        `has an unknown check ${JSON.stringify(id)}; valid checks: ${CHECK_IDS.join(', ')}`,
      )
    }
    return known
  })
}

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[]): (value: unknown) => Word {
  return value => {
    const found = words.find(word => word === value)
    if (found === undefined) throw new InvalidValue(`must be one of ${words.join(', ')}`)
    return found
  }
}
