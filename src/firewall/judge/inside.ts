import type {Interval} from '../address.ts'
import type {Partiality} from '../packet.ts'
import {MAYBE, type Ternary} from '../ternary.ts'
import {within} from '../within.ts'

/** Whether addresses are in an interval; where some are and some are not, that is noted. */
export function inside(interval: Interval, query: Interval, partiality: Partiality): Ternary {
  const answer = within(interval, query)
  if (answer === MAYBE) partiality.seen = true
  return answer
}
