import type {Condition} from '../condition.ts'
import type {Rule} from '../model.ts'
import type {Packet} from '../packet.ts'

/** A pattern or size that only data can have, and a rule that would stop it: TCP as such gets through, UDP is data. */
export function actsOnPayloadOnly({conditions, action}: Rule, packet: Packet): boolean {
  if (!packet.hasPayload || packet.protocol !== 'tcp' || (action.kind !== 'drop' && action.kind !== 'reject'))
    return false
  return conditions.some(
    condition =>
      (condition.kind === 'payload' || condition.kind === 'length' || readsLength(condition)) &&
      !condition.negated,
  )
}

function readsLength(condition: Condition): condition is Condition & {kind: 'lookup'} {
  return condition.kind === 'lookup' && condition.key.some(({source}) => source.of === 'length')
}

/** Whether a condition that is not decided looks at data. */
export function readsPayload(condition: Condition): boolean {
  return condition.kind === 'undecided' && condition.payload
}
