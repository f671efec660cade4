import type {Evidence} from '../contract/finding.ts'
import {printableLine} from './printable.ts'

/** The listing around the rule that blocks, which is marked by `>`; empty where there is none. */
export function neighbourRows({neighbours = []}: Evidence): readonly string[] {
  const width = Math.max(0, ...neighbours.map(({number}) => String(number).length))
  return neighbours.map(
    ({number, text, decides}) =>
      `${decides ? '>' : ' '} ${String(number).padStart(width)}  ${printableLine(text)}`,
  )
}
