import type {Answer, Judgement} from '../../contract/judgement.ts'

/** Whether two judgements of the same destination say the same, apart from the sentence. */
export function isSameAnswer(a: Judgement, b: Judgement): boolean {
  return judgementKey(a) === judgementKey(b) && placesOf(a) === placesOf(b)
}

/**
 * Equal for judgements that say the same of their destinations, apart from the sentence, which may name the address.
 */
export function judgementKey(judgement: Judgement): string {
  return JSON.stringify([answerKey(judgement), judgement.parts.map(answerKey)])
}

/** Whether the one answer is a block that stops all which the other judgement blocks. */
export function isSameStop(one: Judgement, {parts, ...whole}: Judgement): boolean {
  if (one.verdict !== 'block' || one.parts.length > 0) return false
  const key = JSON.stringify(answerKey(one))
  return [whole, ...parts].every(
    answer => answer.verdict !== 'block' || JSON.stringify(answerKey(answer)) === key,
  )
}

function answerKey(answer: Answer): unknown {
  const {verdict, stage, blocker, how, redirectedTo, nothingListens, routing, unknownBecause, warnings} =
    answer
  return [verdict, stage, blocker, how, redirectedTo, nothingListens, routing, unknownBecause, warnings]
}

const placesOf = ({parts}: Judgement) => parts.map(({to}) => to).join(' ')
